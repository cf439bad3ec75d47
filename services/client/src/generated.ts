/* Generated from services/api/src/routes.ts by `npm run generate`. Do not edit. */

export interface BundledFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Help for a child that is in danger or in despair. */
export interface CrisisResource {
  readonly name: string;
  readonly contact: string;
  readonly hours: string;
}

export interface Lesson {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  readonly language: string;
  readonly translationOf?: string | null | undefined;
  readonly gradeLevels: readonly number[];
  readonly categories: readonly ("recognising" | "feelings" | "bystanders" | "responding" | "help-seeking" | "online" | "inclusion" | "friendship" | "repair" | "school-climate")[];
  readonly objectives: readonly string[];
  readonly steps: readonly LessonStep[];
  readonly activities: readonly LessonActivity[];
  readonly media: readonly LessonMedia[];
  readonly accessibility: LessonAccessibility;
  readonly sensitive: boolean;
  readonly crisisResources: readonly CrisisResource[];
  readonly gradeBands: readonly ("3-5" | "6-8")[];
  readonly durationMinutes: number;
  readonly digest: string;
  readonly publishedAt: string;
  readonly retiredAt: string | null;
}

/** How everybody can take part. */
export interface LessonAccessibility {
  readonly accessModes: readonly ("textual" | "visual" | "auditory" | "tactile")[];
  readonly hazards: readonly ("flashing" | "motionSimulation" | "sound")[];
  readonly adaptations: readonly string[];
}

/** A question to which students choose an answer. */
export interface LessonActivity {
  readonly id: string;
  readonly step: number;
  readonly kind: "one" | "many" | "scale";
  readonly prompt: string;
  readonly choices: readonly string[];
  readonly debrief: string;
}

export interface LessonBundle {
  readonly lesson: Lesson;
  readonly files: readonly BundledFile[];
  readonly totalBytes: number;
  readonly expiresAt: string;
}

export interface LessonCaptions {
  readonly language: string;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface LessonChanges {
  readonly title?: string | undefined;
  readonly summary?: string | undefined;
  readonly language?: string | undefined;
  readonly translationOf?: string | null | undefined;
  readonly gradeLevels?: readonly number[] | undefined;
  readonly categories?: readonly ("recognising" | "feelings" | "bystanders" | "responding" | "help-seeking" | "online" | "inclusion" | "friendship" | "repair" | "school-climate")[] | undefined;
  readonly objectives?: readonly string[] | undefined;
  readonly steps?: readonly LessonStep[] | undefined;
  readonly activities?: readonly LessonActivity[] | undefined;
  readonly media?: readonly LessonMedia[] | undefined;
  readonly accessibility?: LessonAccessibility | undefined;
  readonly sensitive?: boolean | undefined;
  readonly crisisResources?: readonly CrisisResource[] | undefined;
}

/** All that a lesson says; an edition of it is reviewed as a whole. */
export interface LessonContent {
  readonly title: string;
  readonly summary: string;
  readonly language: string;
  readonly translationOf?: string | null | undefined;
  readonly gradeLevels: readonly number[];
  readonly categories: readonly ("recognising" | "feelings" | "bystanders" | "responding" | "help-seeking" | "online" | "inclusion" | "friendship" | "repair" | "school-climate")[];
  readonly objectives: readonly string[];
  readonly steps: readonly LessonStep[];
  readonly activities: readonly LessonActivity[];
  readonly media: readonly LessonMedia[];
  readonly accessibility: LessonAccessibility;
  readonly sensitive: boolean;
  readonly crisisResources: readonly CrisisResource[];
}

export interface LessonDraft {
  readonly lessonId: string;
  readonly version: number;
  readonly state: "draft" | "review" | "approved" | "published" | "retired";
  readonly content: LessonContent;
  readonly faults: readonly LessonFault[];
  readonly youWrote: boolean;
  readonly reviewNote: string | null;
  readonly updatedAt: string;
}

export interface LessonFault {
  readonly pointer: string;
  readonly detail: string;
}

/** A file that is shown in class. */
export interface LessonMedia {
  readonly id: string;
  readonly step: number;
  readonly mediaType: "image/png" | "image/jpeg" | "image/webp" | "audio/mpeg" | "audio/ogg" | "video/mp4" | "video/webm" | "application/pdf";
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly alt: string;
  readonly captions: readonly LessonCaptions[];
  readonly transcript: string;
}

export interface LessonPin {
  readonly lessonId: string;
  readonly version: number;
  readonly pinnedAt: string;
}

/** A part of the lesson. */
export interface LessonStep {
  readonly title: string;
  readonly minutes: number;
  readonly instructions: string;
}

export interface LessonSummary {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  readonly language: string;
  readonly translationOf?: string | null | undefined;
  readonly gradeLevels: readonly number[];
  readonly categories: readonly ("recognising" | "feelings" | "bystanders" | "responding" | "help-seeking" | "online" | "inclusion" | "friendship" | "repair" | "school-climate")[];
  readonly objectives: readonly string[];
  readonly sensitive: boolean;
  readonly gradeBands: readonly ("3-5" | "6-8")[];
  readonly durationMinutes: number;
}

export interface LessonVersionSummary {
  readonly version: number;
  readonly state: "draft" | "review" | "approved" | "published" | "retired";
  readonly title: string;
  readonly source: "curriculum" | "district";
  readonly reviewNote: string | null;
  readonly createdAt: string;
  readonly publishedAt: string | null;
  readonly retiredAt: string | null;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly ({ readonly pointer: string; readonly detail: string })[] | undefined;
  readonly requestId: string;
}

export interface Operations {
  /** Make the first account, which runs the platform and administers the district, while nobody administers it. */
  readonly createAuthBootstrap: {
    readonly input: { readonly body: { readonly token: string; readonly email: string; readonly displayName: string; readonly password: string } };
    readonly answers: { readonly 201: { readonly accessToken: string; readonly expiresInSeconds: number; readonly refreshToken: string; readonly refreshExpiresInSeconds: number } };
  };
  /** Sign in by password, and by code where the account has a second factor. */
  readonly signInAuth: {
    readonly input: { readonly body: { readonly email: string; readonly password: string; readonly code?: string | undefined } };
    readonly answers: { readonly 200: { readonly accessToken: string; readonly expiresInSeconds: number; readonly refreshToken: string; readonly refreshExpiresInSeconds: number } };
  };
  /** Get the next tokens of a sign-in. Each refresh token is good once; one that is used again ends the sign-in. Send an Idempotency-Key, and an answer that was lost can be asked for again. */
  readonly refreshAuth: {
    readonly input: { readonly body: { readonly refreshToken: string } };
    readonly answers: { readonly 200: { readonly accessToken: string; readonly expiresInSeconds: number; readonly refreshToken: string; readonly refreshExpiresInSeconds: number } };
  };
  /** End a sign-in, by its refresh token: all its tokens with it. */
  readonly logoutAuth: {
    readonly input: { readonly body: { readonly refreshToken: string } };
    readonly answers: { readonly 204: undefined };
  };
  /** End all sign-ins of the own account, on every device. */
  readonly logoutEverywhereAuth: {
    readonly input: object;
    readonly answers: { readonly 204: undefined };
  };
  /** Begin to sign in at the district’s identity provider: a browser is sent there. */
  readonly getAuthOidcStart: {
    readonly input: object;
    readonly answers: { readonly 302: undefined };
  };
  /** Come back from the identity provider, with its code or its refusal. */
  readonly getAuthOidcCallback: {
    readonly input: { readonly query: { readonly state: string } };
    readonly answers: { readonly 200: { readonly accessToken: string; readonly expiresInSeconds: number; readonly refreshToken: string; readonly refreshExpiresInSeconds: number } };
  };
  /** Accept an invitation with a password: a new one for a new account, or the account’s own where there is one already. */
  readonly acceptAuth: {
    readonly input: { readonly body: { readonly secret: string; readonly password: string; readonly displayName?: string | undefined; readonly code?: string | undefined } };
    readonly answers: { readonly 200: { readonly accessToken: string; readonly expiresInSeconds: number; readonly refreshToken: string; readonly refreshExpiresInSeconds: number } };
  };
  /** Read the own account. */
  readonly getMeAccount: {
    readonly input: object;
    readonly answers: { readonly 200: { readonly id: string; readonly email: string; readonly displayName: string; readonly roles: readonly ({ readonly id: string; readonly role: "facilitator" | "school_admin" | "district_admin" | "content_editor" | "platform_operator"; readonly schoolId: string | null })[]; readonly hasPassword: boolean; readonly hasSecondFactor: boolean; readonly recoveryCodesLeft: number; readonly createdAt: string } };
  };
  /** Set the own password, with the one before; the first one within 15 minutes of signing in by the identity provider. All other sign-ins end. */
  readonly putMeAccountPassword: {
    readonly input: { readonly body: { readonly current?: string | undefined; readonly password: string; readonly code?: string | undefined } };
    readonly answers: { readonly 204: undefined };
  };
  /** Set up an authenticator as a second factor: its secret, shown once. It counts when it has been confirmed. */
  readonly createMeAccountSecondFactor: {
    readonly input: { readonly body: { readonly password: string } };
    readonly answers: { readonly 201: { readonly secret: string; readonly uri: string } };
  };
  /** Confirm the second factor by its first code: from now on it is asked for. All other sign-ins end. */
  readonly confirmMeAccountSecondFactor: {
    readonly input: { readonly body: { readonly code: string } };
    readonly answers: { readonly 200: { readonly recoveryCodes: readonly string[] } };
  };
  /** Take the second factor away, with password and code. All other sign-ins end. */
  readonly removeMeAccountSecondFactor: {
    readonly input: { readonly body: { readonly password: string; readonly code: string } };
    readonly answers: { readonly 204: undefined };
  };
  /** List the accounts of the district, or of the schools that one administers. */
  readonly listAccounts: {
    readonly input: { readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly schoolId?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly email: string; readonly displayName: string; readonly roles: readonly ({ readonly id: string; readonly role: "facilitator" | "school_admin" | "district_admin" | "content_editor" | "platform_operator"; readonly schoolId: string | null })[]; readonly hasSecondFactor: boolean; readonly suspendedAt: string | null; readonly createdAt: string; readonly lastActiveAt: string })[]; readonly nextCursor: string | null } };
  };
  /** Read an account. */
  readonly getAccount: {
    readonly input: { readonly params: { readonly accountId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly email: string; readonly displayName: string; readonly roles: readonly ({ readonly id: string; readonly role: "facilitator" | "school_admin" | "district_admin" | "content_editor" | "platform_operator"; readonly schoolId: string | null })[]; readonly hasSecondFactor: boolean; readonly suspendedAt: string | null; readonly createdAt: string; readonly lastActiveAt: string } };
  };
  /** Suspend an account: it is signed out everywhere and cannot sign in. */
  readonly suspendAccount: {
    readonly input: { readonly params: { readonly accountId: string } };
    readonly answers: { readonly 204: undefined };
  };
  /** Reinstate a suspended account: it may sign in again. */
  readonly reinstateAccount: {
    readonly input: { readonly params: { readonly accountId: string } };
    readonly answers: { readonly 204: undefined };
  };
  /** Give a role to an account; a school’s administrators that of a facilitator of their school. */
  readonly createAccountRole: {
    readonly input: { readonly params: { readonly accountId: string }; readonly body: { readonly role: "facilitator" | "school_admin" | "district_admin" | "content_editor" | "platform_operator"; readonly schoolId?: string | undefined } };
    readonly answers: { readonly 201: { readonly id: string; readonly role: "facilitator" | "school_admin" | "district_admin" | "content_editor" | "platform_operator"; readonly schoolId: string | null } };
  };
  /** Take a role from an account. */
  readonly deleteAccountRole: {
    readonly input: { readonly params: { readonly accountId: string; readonly roleId: string } };
    readonly answers: { readonly 204: undefined };
  };
  /** Give somebody who has forgotten the password, or lost the second factor, a secret that sets a new password (POST /v1/auth/accept). It is good for a day; the second factor goes with it. */
  readonly createAccountReset: {
    readonly input: { readonly params: { readonly accountId: string } };
    readonly answers: { readonly 201: { readonly secret: string; readonly expiresAt: string } };
  };
  /** Invite somebody to a role; a school’s administrators to that of a facilitator of their school. */
  readonly createInvitation: {
    readonly input: { readonly body: { readonly email: string; readonly role: "facilitator" | "school_admin" | "district_admin" | "content_editor" | "platform_operator"; readonly schoolId?: string | undefined } };
    readonly answers: { readonly 201: { readonly id: string; readonly email: string; readonly role: "facilitator" | "school_admin" | "district_admin" | "content_editor" | "platform_operator"; readonly schoolId: string | null; readonly expiresAt: string; readonly secret: string } };
  };
  /** List the invitations that are open. */
  readonly listInvitations: {
    readonly input: { readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly email: string; readonly role: "facilitator" | "school_admin" | "district_admin" | "content_editor" | "platform_operator"; readonly schoolId: string | null; readonly expiresAt: string })[]; readonly nextCursor: string | null } };
  };
  /** Revoke an invitation that is open. */
  readonly deleteInvitation: {
    readonly input: { readonly params: { readonly invitationId: string } };
    readonly answers: { readonly 204: undefined };
  };
  /** List the schools: those that one belongs to, or all of the district. */
  readonly listSchools: {
    readonly input: { readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly name: string; readonly archivedAt: string | null })[]; readonly nextCursor: string | null } };
  };
  /** Add a school. */
  readonly createSchool: {
    readonly input: { readonly body: { readonly name: string } };
    readonly answers: { readonly 201: { readonly id: string; readonly name: string; readonly archivedAt: string | null } };
  };
  /** Rename a school, archive it, or take it out of the archive. Nobody is invited to an archived school. */
  readonly updateSchool: {
    readonly input: { readonly params: { readonly schoolId: string }; readonly body: { readonly name?: string | undefined; readonly archived?: boolean | undefined } };
    readonly answers: { readonly 200: { readonly id: string; readonly name: string; readonly archivedAt: string | null } };
  };
  /** List the published lessons, in the order in which they are taught. */
  readonly listLessons: {
    readonly input: { readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly grade?: number | undefined; readonly category?: "recognising" | "feelings" | "bystanders" | "responding" | "help-seeking" | "online" | "inclusion" | "friendship" | "repair" | "school-climate" | undefined; readonly language?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly LessonSummary[]; readonly nextCursor: string | null }; readonly 304: undefined };
  };
  /** Begin a new lesson, at the end of the curriculum. */
  readonly createLesson: {
    readonly input: { readonly body: { readonly id: string; readonly title: string; readonly language: string } };
    readonly answers: { readonly 201: LessonDraft };
  };
  /** Read a published lesson. */
  readonly getLesson: {
    readonly input: { readonly params: { readonly lessonId: string } };
    readonly answers: { readonly 200: Lesson; readonly 304: undefined };
  };
  /** Read a version of a lesson that is, or was, published. */
  readonly getLessonVersion: {
    readonly input: { readonly params: { readonly lessonId: string; readonly version: number } };
    readonly answers: { readonly 200: Lesson; readonly 304: undefined };
  };
  /** Read a published lesson with all that a device needs to show it offline; Repr-Digest has its digest. */
  readonly getLessonBundle: {
    readonly input: { readonly params: { readonly lessonId: string } };
    readonly answers: { readonly 200: LessonBundle; readonly 304: undefined };
  };
  /** Read a lesson in the version of the class: the pinned one, else the published one. */
  readonly getClassroomLesson: {
    readonly input: { readonly params: { readonly classroomId: string; readonly lessonId: string } };
    readonly answers: { readonly 200: Lesson; readonly 304: undefined };
  };
  /** Pin a lesson for a class in a version, the published one unless another is named. */
  readonly putClassroomLessonPin: {
    readonly input: { readonly params: { readonly classroomId: string; readonly lessonId: string }; readonly body: { readonly version?: number | undefined } };
    readonly answers: { readonly 200: LessonPin };
  };
  /** Let a class have a lesson in its published version again. */
  readonly deleteClassroomLessonPin: {
    readonly input: { readonly params: { readonly classroomId: string; readonly lessonId: string } };
    readonly answers: { readonly 204: undefined };
  };
  /** List what a class has pinned. */
  readonly listClassroomPins: {
    readonly input: { readonly params: { readonly classroomId: string }; readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly LessonPin[]; readonly nextCursor: string | null } };
  };
  /** Begin a draft of the next version of a lesson. */
  readonly createLessonDraft: {
    readonly input: { readonly params: { readonly lessonId: string }; readonly body: { readonly from: "current" | "empty" | number } };
    readonly answers: { readonly 201: LessonDraft };
  };
  /** Read the version that is being worked on, and what stands in the way of its publication. */
  readonly getLessonDraft: {
    readonly input: { readonly params: { readonly lessonId: string } };
    readonly answers: { readonly 200: LessonDraft };
  };
  /** Change fields of a draft; each that is given replaces what was there. */
  readonly updateLessonDraft: {
    readonly input: { readonly params: { readonly lessonId: string }; readonly body: LessonChanges };
    readonly answers: { readonly 200: LessonDraft };
  };
  /** Discard the version that is being worked on. */
  readonly deleteLessonDraft: {
    readonly input: { readonly params: { readonly lessonId: string } };
    readonly answers: { readonly 204: undefined };
  };
  /** Hand a complete draft over to be reviewed. */
  readonly submitLessonDraft: {
    readonly input: { readonly params: { readonly lessonId: string } };
    readonly answers: { readonly 200: LessonDraft };
  };
  /** Approve a version that others have written. */
  readonly approveLessonDraft: {
    readonly input: { readonly params: { readonly lessonId: string }; readonly body: { readonly note?: string | undefined } };
    readonly answers: { readonly 200: LessonDraft };
  };
  /** Hand a version back to its authors, who can also take it back themselves. */
  readonly rejectLessonDraft: {
    readonly input: { readonly params: { readonly lessonId: string }; readonly body: { readonly note: string } };
    readonly answers: { readonly 200: LessonDraft };
  };
  /** Publish an approved version; the former is retired, and stays with the classes that have pinned it. */
  readonly publishLessonDraft: {
    readonly input: { readonly params: { readonly lessonId: string } };
    readonly answers: { readonly 200: LessonDraft };
  };
  /** Withdraw the published version of a lesson; classes that have pinned it keep it. */
  readonly retireLesson: {
    readonly input: { readonly params: { readonly lessonId: string }; readonly body: { readonly version: number } };
    readonly answers: { readonly 200: { readonly version: number } };
  };
  /** List the versions of a lesson, the newest first. */
  readonly listLessonVersions: {
    readonly input: { readonly params: { readonly lessonId: string }; readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly LessonVersionSummary[]; readonly nextCursor: string | null } };
  };
  /** List the classes that one teaches or administers, the newest first. */
  readonly listClassrooms: {
    readonly input: { readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly archived?: boolean | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly title: string; readonly language: string; readonly capacity: number; readonly enrolment: "open" | "returning" | "closed"; readonly consentBasis: "school" | "parent"; readonly expiresAt: string; readonly gradeLevel: number; readonly schoolId: string | null; readonly ownerId: string | null; readonly code: string; readonly locked: boolean; readonly students: number; readonly createdAt: string; readonly archivedAt: string | null })[]; readonly nextCursor: string | null } };
  };
  /** Make a class, taught by who makes it. */
  readonly createClassroom: {
    readonly input: { readonly body: { readonly language?: string | undefined; readonly capacity?: number | undefined; readonly enrolment?: "open" | "returning" | "closed" | undefined; readonly consentBasis?: "school" | "parent" | undefined; readonly expiresAt?: string | undefined; readonly title: string; readonly gradeLevel: number; readonly schoolId?: string | undefined } };
    readonly answers: { readonly 201: { readonly id: string; readonly title: string; readonly language: string; readonly capacity: number; readonly enrolment: "open" | "returning" | "closed"; readonly consentBasis: "school" | "parent"; readonly expiresAt: string; readonly gradeLevel: number; readonly schoolId: string | null; readonly ownerId: string | null; readonly code: string; readonly locked: boolean; readonly students: number; readonly createdAt: string; readonly archivedAt: string | null } };
  };
  /** Read a class. */
  readonly getClassroom: {
    readonly input: { readonly params: { readonly classroomId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly title: string; readonly language: string; readonly capacity: number; readonly enrolment: "open" | "returning" | "closed"; readonly consentBasis: "school" | "parent"; readonly expiresAt: string; readonly gradeLevel: number; readonly schoolId: string | null; readonly ownerId: string | null; readonly code: string; readonly locked: boolean; readonly students: number; readonly createdAt: string; readonly archivedAt: string | null } };
  };
  /** Change a class; with If-Match, only as it was when that ETag was given. */
  readonly updateClassroom: {
    readonly input: { readonly params: { readonly classroomId: string }; readonly body: { readonly title?: string | undefined; readonly language?: string | undefined; readonly capacity?: number | undefined; readonly enrolment?: "open" | "returning" | "closed" | undefined; readonly consentBasis?: "school" | "parent" | undefined; readonly expiresAt?: string | undefined } };
    readonly answers: { readonly 200: { readonly id: string; readonly title: string; readonly language: string; readonly capacity: number; readonly enrolment: "open" | "returning" | "closed"; readonly consentBasis: "school" | "parent"; readonly expiresAt: string; readonly gradeLevel: number; readonly schoolId: string | null; readonly ownerId: string | null; readonly code: string; readonly locked: boolean; readonly students: number; readonly createdAt: string; readonly archivedAt: string | null } };
  };
  /** Archive a class: nobody comes in any more, those in it are sent out, and what they did stays until its time is over. */
  readonly archiveClassroom: {
    readonly input: { readonly params: { readonly classroomId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly title: string; readonly language: string; readonly capacity: number; readonly enrolment: "open" | "returning" | "closed"; readonly consentBasis: "school" | "parent"; readonly expiresAt: string; readonly gradeLevel: number; readonly schoolId: string | null; readonly ownerId: string | null; readonly code: string; readonly locked: boolean; readonly students: number; readonly createdAt: string; readonly archivedAt: string | null } };
  };
  /** Take a class out of the archive; those who were in it come back with their return codes. Done twice, it is the same. */
  readonly restoreClassroom: {
    readonly input: { readonly params: { readonly classroomId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly title: string; readonly language: string; readonly capacity: number; readonly enrolment: "open" | "returning" | "closed"; readonly consentBasis: "school" | "parent"; readonly expiresAt: string; readonly gradeLevel: number; readonly schoolId: string | null; readonly ownerId: string | null; readonly code: string; readonly locked: boolean; readonly students: number; readonly createdAt: string; readonly archivedAt: string | null } };
  };
  /** Give a class to another facilitator of its school, as when its teacher leaves; who taught it does no more. */
  readonly handOverClassroom: {
    readonly input: { readonly params: { readonly classroomId: string }; readonly body: { readonly ownerId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly title: string; readonly language: string; readonly capacity: number; readonly enrolment: "open" | "returning" | "closed"; readonly consentBasis: "school" | "parent"; readonly expiresAt: string; readonly gradeLevel: number; readonly schoolId: string | null; readonly ownerId: string | null; readonly code: string; readonly locked: boolean; readonly students: number; readonly createdAt: string; readonly archivedAt: string | null } };
  };
  /** Give a class another code; the former one lets nobody in any more, and who is in stays. */
  readonly rotateClassroomCode: {
    readonly input: { readonly params: { readonly classroomId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly title: string; readonly language: string; readonly capacity: number; readonly enrolment: "open" | "returning" | "closed"; readonly consentBasis: "school" | "parent"; readonly expiresAt: string; readonly gradeLevel: number; readonly schoolId: string | null; readonly ownerId: string | null; readonly code: string; readonly locked: boolean; readonly students: number; readonly createdAt: string; readonly archivedAt: string | null } };
  };
  /** Let nobody in for the time being, whatever the code. */
  readonly lockClassroomCode: {
    readonly input: { readonly params: { readonly classroomId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly title: string; readonly language: string; readonly capacity: number; readonly enrolment: "open" | "returning" | "closed"; readonly consentBasis: "school" | "parent"; readonly expiresAt: string; readonly gradeLevel: number; readonly schoolId: string | null; readonly ownerId: string | null; readonly code: string; readonly locked: boolean; readonly students: number; readonly createdAt: string; readonly archivedAt: string | null } };
  };
  /** Let students in again. */
  readonly unlockClassroomCode: {
    readonly input: { readonly params: { readonly classroomId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly title: string; readonly language: string; readonly capacity: number; readonly enrolment: "open" | "returning" | "closed"; readonly consentBasis: "school" | "parent"; readonly expiresAt: string; readonly gradeLevel: number; readonly schoolId: string | null; readonly ownerId: string | null; readonly code: string; readonly locked: boolean; readonly students: number; readonly createdAt: string; readonly archivedAt: string | null } };
  };
  /** Send everybody out of a class within seconds; with their return codes they come back as who they were. */
  readonly endClassroomTokens: {
    readonly input: { readonly params: { readonly classroomId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly title: string; readonly language: string; readonly capacity: number; readonly enrolment: "open" | "returning" | "closed"; readonly consentBasis: "school" | "parent"; readonly expiresAt: string; readonly gradeLevel: number; readonly schoolId: string | null; readonly ownerId: string | null; readonly code: string; readonly locked: boolean; readonly students: number; readonly createdAt: string; readonly archivedAt: string | null } };
  };
  /** List who is in a class. */
  readonly listClassroomStudents: {
    readonly input: { readonly params: { readonly classroomId: string }; readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly alias: string; readonly lastSeenAt: string })[]; readonly nextCursor: string | null } };
  };
  /** Remove a student from a class: the seat is free, and the token and the return code let nobody in any more. */
  readonly deleteClassroomStudent: {
    readonly input: { readonly params: { readonly classroomId: string; readonly enrolmentId: string } };
    readonly answers: { readonly 204: undefined };
  };
  /** See how many students of a class have begun and done each lesson. */
  readonly listClassroomProgress: {
    readonly input: { readonly params: { readonly classroomId: string }; readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly lessonId: string; readonly started: number; readonly completed: number })[]; readonly nextCursor: string | null } };
  };
  /** See how far each student of a class is in a lesson. */
  readonly listClassroomProgressOfLesson: {
    readonly input: { readonly params: { readonly classroomId: string; readonly lessonId: string }; readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly studentId: string; readonly alias: string; readonly version: number | null; readonly step: number; readonly startedAt: string; readonly completedAt: string | null })[]; readonly nextCursor: string | null } };
  };
  /** See what is being taught in a class now. */
  readonly getClassroomLive: {
    readonly input: { readonly params: { readonly classroomId: string } };
    readonly answers: { readonly 200: { readonly revision: number; readonly session: { readonly id: string; readonly lessonId: string; readonly version: number; readonly step: number; readonly startedAt: string; readonly updatedAt: string } | null } };
  };
  /** Start a lesson in a class, in the version that the class has pinned or else the published one; what was under way ends. */
  readonly createClassroomLive: {
    readonly input: { readonly params: { readonly classroomId: string }; readonly body: { readonly lessonId: string } };
    readonly answers: { readonly 201: { readonly revision: number; readonly session: { readonly id: string; readonly lessonId: string; readonly version: number; readonly step: number; readonly startedAt: string; readonly updatedAt: string } | null } };
  };
  /** Move a class on to another step, or to another lesson, from its first step unless one is named. */
  readonly updateClassroomLive: {
    readonly input: { readonly params: { readonly classroomId: string }; readonly body: { readonly step?: number | undefined; readonly lessonId?: string | undefined } };
    readonly answers: { readonly 200: { readonly revision: number; readonly session: { readonly id: string; readonly lessonId: string; readonly version: number; readonly step: number; readonly startedAt: string; readonly updatedAt: string } | null } };
  };
  /** End what is being taught in a class; where nothing is, nothing changes. */
  readonly endClassroomLive: {
    readonly input: { readonly params: { readonly classroomId: string } };
    readonly answers: { readonly 200: { readonly revision: number; readonly session: { readonly id: string; readonly lessonId: string; readonly version: number; readonly step: number; readonly startedAt: string; readonly updatedAt: string } | null } };
  };
  /** Follow what is being taught in a class, as server-sent events; read it with fetch, since EventSource sends no Authorization. */
  readonly getClassroomLiveEvents: {
    readonly input: { readonly params: { readonly classroomId: string } };
    readonly answers: { readonly 200: undefined };
  };
  /** See whether a class can be joined with a code; nothing is told of anybody in it. */
  readonly previewJoin: {
    readonly input: { readonly body: { readonly code: string } };
    readonly answers: { readonly 200: { readonly gradeLevel: number; readonly language: string; readonly openTo: "everyone" | "returning" | "nobody" } };
  };
  /** Join a class with its code, or come back to it as who one was with the return code as well. */
  readonly join: {
    readonly input: { readonly body: { readonly code: string; readonly returnCode?: string | undefined } };
    readonly answers: { readonly 201: { readonly alias: string; readonly returnCode?: string | undefined; readonly gradeLevel: number; readonly classroomId: string; readonly token: string; readonly expiresInSeconds: number } };
  };
  /** See who one is in class. */
  readonly getMe: {
    readonly input: object;
    readonly answers: { readonly 200: { readonly id: string; readonly alias: string; readonly classroomId: string; readonly gradeLevel: number; readonly language: string; readonly joinedAt: string } };
  };
  /** See how far one is in each lesson. */
  readonly listMeProgress: {
    readonly input: { readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly lessonId: string; readonly version: number | null; readonly step: number; readonly startedAt: string; readonly completedAt: string | null })[]; readonly nextCursor: string | null } };
  };
  /** Say how far one is in a lesson; what was said before is never taken back. */
  readonly putMeProgress: {
    readonly input: { readonly params: { readonly lessonId: string }; readonly body: { readonly step: number; readonly completed?: boolean | undefined; readonly version?: number | undefined } };
    readonly answers: { readonly 200: { readonly lessonId: string; readonly version: number | null; readonly step: number; readonly startedAt: string; readonly completedAt: string | null } };
  };
  /** Say how one feels, and whether one needs help: then the teacher is called, and the answer says whom else to turn to. */
  readonly createMeCheckIn: {
    readonly input: { readonly query?: { readonly locale?: string | undefined } | undefined; readonly body: { readonly id: string; readonly feeling: "happy" | "proud" | "calm" | "hopeful" | "okay" | "tired" | "bored" | "lonely" | "sad" | "worried" | "scared" | "angry" | "hurt"; readonly intensity: number; readonly needsHelp: boolean } };
    readonly answers: { readonly 201: { readonly id: string; readonly feltAt: string; readonly crisis?: { readonly locale: string; readonly resources: readonly ({ readonly name: string; readonly contact: string; readonly phone: string | null; readonly hours: string })[] } | undefined } };
  };
  /** Answer an activity of a lesson; another answer takes the place of the former. */
  readonly putMeLessonActivity: {
    readonly input: { readonly params: { readonly lessonId: string; readonly activityId: string }; readonly body: { readonly choices: readonly number[]; readonly version?: number | undefined } };
    readonly answers: { readonly 200: { readonly lessonId: string; readonly version: number; readonly activityId: string; readonly choices: readonly number[]; readonly answeredAt: string } };
  };
  /** Send what was done while offline, in whatever order: each item is taken or refused by itself, and a batch or an item that is sent again changes nothing. */
  readonly syncMe: {
    readonly input: { readonly query?: { readonly locale?: string | undefined } | undefined; readonly body: { readonly batchId: string; readonly sentAt: string; readonly items: readonly ({ readonly type: "progress"; readonly lessonId: string; readonly version: number; readonly step: number; readonly completed: boolean; readonly at: string } | { readonly type: "check-in"; readonly id: string; readonly feeling: "happy" | "proud" | "calm" | "hopeful" | "okay" | "tired" | "bored" | "lonely" | "sad" | "worried" | "scared" | "angry" | "hurt"; readonly intensity: number; readonly needsHelp: boolean; readonly at: string } | { readonly type: "answer"; readonly lessonId: string; readonly version: number; readonly activityId: string; readonly choices: readonly number[]; readonly at: string })[] } };
    readonly answers: { readonly 200: { readonly batchId: string; readonly results: readonly ({ readonly status: "taken" | "refused"; readonly reason?: "form" | "time" | "lesson" | "activity" | "choices" | "id" | undefined; readonly detail?: string | undefined; readonly errors?: readonly ({ readonly pointer: string; readonly detail: string })[] | undefined })[]; readonly crisis?: { readonly locale: string; readonly resources: readonly ({ readonly name: string; readonly contact: string; readonly phone: string | null; readonly hours: string })[] } | undefined } };
  };
  /** List the audit, the newest entry first; that it was read is an entry too. */
  readonly listAudit: {
    readonly input: { readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly actor?: string | undefined; readonly action?: string | undefined; readonly object?: string | undefined; readonly from?: string | undefined; readonly to?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly sequence: number; readonly at: string; readonly actor: string; readonly action: string; readonly object: string; readonly detail: Readonly<Record<string, string | number | boolean | null>>; readonly personal: Readonly<Record<string, string>> | null; readonly hash: string })[]; readonly nextCursor: string | null } };
  };
  /** Read the end of the chain, to keep it elsewhere. */
  readonly getAuditHead: {
    readonly input: object;
    readonly answers: { readonly 200: { readonly sequence: number; readonly hash: string } };
  };
  /** Prove that the audit is as it was written, or say which entry first is not. */
  readonly verifyAudit: {
    readonly input: { readonly body: { readonly after?: { readonly sequence: number; readonly hash: string } | undefined; readonly anchors?: readonly ({ readonly sequence: number; readonly hash: string })[] | undefined } };
    readonly answers: { readonly 200: { readonly complete: boolean; readonly entries: number; readonly reached: { readonly sequence: number; readonly hash: string }; readonly head: { readonly sequence: number; readonly hash: string }; readonly fault: { readonly sequence: number; readonly reason: "missing" | "repeated" | "unlinked" | "changed" | "personal" | "cut"; readonly explanation: string } | null; readonly anchors: readonly ({ readonly sequence: number; readonly hash: string; readonly place: string; readonly holds: boolean })[] } };
  };
  /** How long what is kept, what for, and why so long (16 CFR 312.10). */
  readonly getPrivacyRetentionPolicy: {
    readonly input: object;
    readonly answers: { readonly 200: { readonly version: string; readonly classes: readonly ({ readonly class: string; readonly maxAgeDays: number; readonly purpose: string; readonly need: string })[] }; readonly 304: undefined };
  };
  /** List what was deleted by age, the newest first. */
  readonly listPrivacyRetentionRuns: {
    readonly input: { readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly class?: "Operational" | "Export" | "CheckIn" | "ActivityResponse" | "HelpSignal" | "IncidentReport" | "StudentSession" | "Classroom" | "Account" | "Audit" | "Evidence" | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly class: string; readonly policyVersion: string; readonly cutoff: string; readonly rows: number; readonly rowsByTable: Readonly<Record<string, number>>; readonly startedAt: string; readonly finishedAt: string | null })[]; readonly nextCursor: string | null } };
  };
  /** Count what would be deleted now, under the policy or with other days. */
  readonly previewPrivacyRetention: {
    readonly input: { readonly body: { readonly classes?: readonly ({ readonly class: "Operational" | "Export" | "CheckIn" | "ActivityResponse" | "HelpSignal" | "IncidentReport" | "StudentSession" | "Classroom" | "Account" | "Audit" | "Evidence"; readonly maxAgeDays: number })[] | undefined } };
    readonly answers: { readonly 200: { readonly policyVersion: string; readonly tables: readonly ({ readonly class: string; readonly table: string; readonly cutoff: string; readonly rows: number; readonly isMore: boolean })[]; readonly withoutPolicy: readonly string[] } };
  };
  /** Record a consent: classes of its basis can be joined from now on. */
  readonly createPrivacyConsent: {
    readonly input: { readonly body: { readonly basis: "school" | "parent"; readonly noticeVersion: string; readonly signer: string; readonly signedOn: string } };
    readonly answers: { readonly 201: { readonly id: string; readonly basis: "school" | "parent"; readonly noticeVersion: string; readonly signer: string; readonly signedOn: string; readonly recordedAt: string; readonly revokedAt: string | null } };
  };
  /** List the consents, those that were revoked too, the newest first. */
  readonly listPrivacyConsents: {
    readonly input: { readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly basis: "school" | "parent"; readonly noticeVersion: string; readonly signer: string; readonly signedOn: string; readonly recordedAt: string; readonly revokedAt: string | null })[]; readonly nextCursor: string | null } };
  };
  /** Revoke a consent: without another of its basis nobody joins; who is in a class stays until it is locked. */
  readonly revokePrivacyConsent: {
    readonly input: { readonly params: { readonly consentId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly basis: "school" | "parent"; readonly noticeVersion: string; readonly signer: string; readonly signedOn: string; readonly recordedAt: string; readonly revokedAt: string | null } };
  };
  /** Ask for somebody’s data, or for its deletion. */
  readonly createPrivacyRequest: {
    readonly input: { readonly body: { readonly kind: "access" | "deletion"; readonly subject: { readonly enrolmentId: string } | { readonly classroomId: string; readonly returnCode: string } | { readonly accountId: string } } };
    readonly answers: { readonly 201: { readonly id: string; readonly kind: "access" | "deletion"; readonly subject: string; readonly state: "received" | "done" | "refused"; readonly refusal: "identity" | "legal_hold" | "withdrawn" | "not_found" | null; readonly createdAt: string; readonly dueAt: string; readonly finishedAt: string | null; readonly exportId: string | null; readonly certificate: string | null } };
  };
  /** List rights requests, the newest first: the district all, others those that they asked for or that are about them. */
  readonly listPrivacyRequests: {
    readonly input: { readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly kind: "access" | "deletion"; readonly subject: string; readonly state: "received" | "done" | "refused"; readonly refusal: "identity" | "legal_hold" | "withdrawn" | "not_found" | null; readonly createdAt: string; readonly dueAt: string; readonly finishedAt: string | null; readonly exportId: string | null; readonly certificate: string | null })[]; readonly nextCursor: string | null } };
  };
  /** Read a rights request, with its certificate once it is done. */
  readonly getPrivacyRequest: {
    readonly input: { readonly params: { readonly requestId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly kind: "access" | "deletion"; readonly subject: string; readonly state: "received" | "done" | "refused"; readonly refusal: "identity" | "legal_hold" | "withdrawn" | "not_found" | null; readonly createdAt: string; readonly dueAt: string; readonly finishedAt: string | null; readonly exportId: string | null; readonly certificate: string | null } };
  };
  /** Grant a rights request: delete at once and for good, or make a file of what is kept. */
  readonly executePrivacyRequest: {
    readonly input: { readonly params: { readonly requestId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly kind: "access" | "deletion"; readonly subject: string; readonly state: "received" | "done" | "refused"; readonly refusal: "identity" | "legal_hold" | "withdrawn" | "not_found" | null; readonly createdAt: string; readonly dueAt: string; readonly finishedAt: string | null; readonly exportId: string | null; readonly certificate: string | null } };
  };
  /** Refuse a rights request, and say why. */
  readonly refusePrivacyRequest: {
    readonly input: { readonly params: { readonly requestId: string }; readonly body: { readonly reason: "identity" | "legal_hold" | "withdrawn" | "not_found" } };
    readonly answers: { readonly 200: { readonly id: string; readonly kind: "access" | "deletion"; readonly subject: string; readonly state: "received" | "done" | "refused"; readonly refusal: "identity" | "legal_hold" | "withdrawn" | "not_found" | null; readonly createdAt: string; readonly dueAt: string; readonly finishedAt: string | null; readonly exportId: string | null; readonly certificate: string | null } };
  };
  /** Prove that a certificate of deletion is one of ours, and read it. */
  readonly verifyPrivacyCertificates: {
    readonly input: { readonly body: { readonly certificate: string } };
    readonly answers: { readonly 200: { readonly isOurs: boolean; readonly claims: { readonly request: string; readonly subject: string; readonly deleted: readonly ({ readonly class: string; readonly rows: number })[]; readonly cleared: readonly ({ readonly class: string; readonly rows: number })[]; readonly policyVersion: string; readonly archives: string; readonly issuedAt: string } | null } };
  };
  /** List what is taken and given, of which class it is, and how long it is kept. */
  readonly listPrivacyDataElements: {
    readonly input: { readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined; readonly dataClass?: "Operational" | "Curriculum" | "Staff" | "Classroom" | "StudentSession" | "Safety" | "Aggregate" | "Audit" | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly element: string; readonly description: string; readonly dataClass: "Operational" | "Curriculum" | "Staff" | "Classroom" | "StudentSession" | "Safety" | "Aggregate" | "Audit"; readonly retentionClass: "None" | "Curriculum" | "Operational" | "Export" | "CheckIn" | "ActivityResponse" | "HelpSignal" | "IncidentReport" | "StudentSession" | "Classroom" | "Account" | "Audit" | "Evidence"; readonly takenBy: readonly string[]; readonly givenBy: readonly string[] })[]; readonly nextCursor: string | null } };
  };
  /** Ask for a file of a class’s progress, by alias. */
  readonly exportsClassroom: {
    readonly input: { readonly params: { readonly classroomId: string }; readonly body: { readonly format: "csv" | "json" } };
    readonly answers: { readonly 202: { readonly id: string; readonly kind: "class_progress" | "district_progress" | "rights_access"; readonly format: "csv" | "json"; readonly classroomId: string | null; readonly state: "queued" | "ready" | "failed"; readonly fault: string | null; readonly createdAt: string; readonly expiresAt: string } };
  };
  /** Ask for a file of the district’s progress by lesson and grade; of groups under five nothing is told. */
  readonly exportsDistrict: {
    readonly input: { readonly body: { readonly format: "csv" | "json" } };
    readonly answers: { readonly 202: { readonly id: string; readonly kind: "class_progress" | "district_progress" | "rights_access"; readonly format: "csv" | "json"; readonly classroomId: string | null; readonly state: "queued" | "ready" | "failed"; readonly fault: string | null; readonly createdAt: string; readonly expiresAt: string } };
  };
  /** List one’s own exports, the newest first. */
  readonly listExports: {
    readonly input: { readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly kind: "class_progress" | "district_progress" | "rights_access"; readonly format: "csv" | "json"; readonly classroomId: string | null; readonly state: "queued" | "ready" | "failed"; readonly fault: string | null; readonly createdAt: string; readonly expiresAt: string })[]; readonly nextCursor: string | null } };
  };
  /** See whether an export is ready. */
  readonly getExport: {
    readonly input: { readonly params: { readonly exportId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly kind: "class_progress" | "district_progress" | "rights_access"; readonly format: "csv" | "json"; readonly classroomId: string | null; readonly state: "queued" | "ready" | "failed"; readonly fault: string | null; readonly createdAt: string; readonly expiresAt: string } };
  };
  /** Get a secret with which an export is fetched once, by whoever has it. */
  readonly createExportLink: {
    readonly input: { readonly params: { readonly exportId: string } };
    readonly answers: { readonly 201: { readonly secret: string; readonly expiresAt: string } };
  };
  /** Fetch an export with its secret, which is used up by it. */
  readonly downloadExports: {
    readonly input: { readonly body: { readonly secret: string } };
    readonly answers: { readonly 200: undefined };
  };
  /** Ask the facilitator for help; once more while it is not resolved, it is the same signal. */
  readonly helpMe: {
    readonly input: { readonly query?: { readonly locale?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly signal: { readonly id: string; readonly state: "open" | "acknowledged" | "escalated" | "resolved"; readonly raisedAt: string; readonly pressedAt: string; readonly acknowledgedAt: string | null; readonly escalatedAt: string | null; readonly resolvedAt: string | null } | null; readonly crisis: { readonly locale: string; readonly resources: readonly ({ readonly name: string; readonly contact: string; readonly phone: string | null; readonly hours: string })[] } } };
  };
  /** Read what has become of one’s call for help, and whom else to turn to. */
  readonly getMeHelp: {
    readonly input: { readonly query?: { readonly locale?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly signal: { readonly id: string; readonly state: "open" | "acknowledged" | "escalated" | "resolved"; readonly raisedAt: string; readonly pressedAt: string; readonly acknowledgedAt: string | null; readonly escalatedAt: string | null; readonly resolvedAt: string | null } | null; readonly crisis: { readonly locale: string; readonly resources: readonly ({ readonly name: string; readonly contact: string; readonly phone: string | null; readonly hours: string })[] } } };
  };
  /** Read whom a child in need can turn to; answered even while the database is away. */
  readonly getCrisisResources: {
    readonly input: { readonly query?: { readonly locale?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly locale: string; readonly resources: readonly ({ readonly name: string; readonly contact: string; readonly phone: string | null; readonly hours: string })[]; readonly locales: readonly string[] } };
  };
  /** List a class’s help signals; made to be asked often, with If-None-Match. */
  readonly listClassroomHelpSignals: {
    readonly input: { readonly params: { readonly classroomId: string }; readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly classroomId: string; readonly state: "open" | "acknowledged" | "escalated" | "resolved"; readonly student: { readonly enrolmentId: string; readonly alias: string }; readonly raisedAt: string; readonly pressedAt: string; readonly acknowledgedAt: string | null; readonly escalatedAt: string | null; readonly resolvedAt: string | null; readonly presses: number; readonly escalatesAt: string | null; readonly acknowledgedBy: string | null; readonly resolvedBy: string | null; readonly revision: number })[]; readonly nextCursor: string | null }; readonly 304: undefined };
  };
  /** Say that one is on it; it does not escalate by itself unless the student presses again. */
  readonly acknowledgeClassroomHelpSignal: {
    readonly input: { readonly params: { readonly classroomId: string; readonly signalId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly classroomId: string; readonly state: "open" | "acknowledged" | "escalated" | "resolved"; readonly student: { readonly enrolmentId: string; readonly alias: string }; readonly raisedAt: string; readonly pressedAt: string; readonly acknowledgedAt: string | null; readonly escalatedAt: string | null; readonly resolvedAt: string | null; readonly presses: number; readonly escalatesAt: string | null; readonly acknowledgedBy: string | null; readonly resolvedBy: string | null; readonly revision: number } };
  };
  /** Pass it on to the school’s administrators. */
  readonly escalateClassroomHelpSignal: {
    readonly input: { readonly params: { readonly classroomId: string; readonly signalId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly classroomId: string; readonly state: "open" | "acknowledged" | "escalated" | "resolved"; readonly student: { readonly enrolmentId: string; readonly alias: string }; readonly raisedAt: string; readonly pressedAt: string; readonly acknowledgedAt: string | null; readonly escalatedAt: string | null; readonly resolvedAt: string | null; readonly presses: number; readonly escalatesAt: string | null; readonly acknowledgedBy: string | null; readonly resolvedBy: string | null; readonly revision: number } };
  };
  /** Say that it is over. */
  readonly resolveClassroomHelpSignal: {
    readonly input: { readonly params: { readonly classroomId: string; readonly signalId: string } };
    readonly answers: { readonly 200: { readonly id: string; readonly classroomId: string; readonly state: "open" | "acknowledged" | "escalated" | "resolved"; readonly student: { readonly enrolmentId: string; readonly alias: string }; readonly raisedAt: string; readonly pressedAt: string; readonly acknowledgedAt: string | null; readonly escalatedAt: string | null; readonly resolvedAt: string | null; readonly presses: number; readonly escalatesAt: string | null; readonly acknowledgedBy: string | null; readonly resolvedBy: string | null; readonly revision: number } };
  };
  /** List a school’s help signals that have escalated. */
  readonly listSchoolHelpSignals: {
    readonly input: { readonly params: { readonly schoolId: string }; readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly classroomId: string; readonly state: "open" | "acknowledged" | "escalated" | "resolved"; readonly student: { readonly enrolmentId: string; readonly alias: string }; readonly raisedAt: string; readonly pressedAt: string; readonly acknowledgedAt: string | null; readonly escalatedAt: string | null; readonly resolvedAt: string | null; readonly presses: number; readonly escalatesAt: string | null; readonly acknowledgedBy: string | null; readonly resolvedBy: string | null; readonly revision: number })[]; readonly nextCursor: string | null }; readonly 304: undefined };
  };
  /** List the district’s help signals that have escalated. */
  readonly listDistrictHelpSignals: {
    readonly input: { readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly classroomId: string; readonly state: "open" | "acknowledged" | "escalated" | "resolved"; readonly student: { readonly enrolmentId: string; readonly alias: string }; readonly raisedAt: string; readonly pressedAt: string; readonly acknowledgedAt: string | null; readonly escalatedAt: string | null; readonly resolvedAt: string | null; readonly presses: number; readonly escalatesAt: string | null; readonly acknowledgedBy: string | null; readonly resolvedBy: string | null; readonly revision: number })[]; readonly nextCursor: string | null }; readonly 304: undefined };
  };
  /** Report an incident, as its target or as a bystander. */
  readonly createMeIncident: {
    readonly input: { readonly body: { readonly role: "target" | "bystander"; readonly category: "physical" | "verbal" | "exclusion" | "threat" | "property" | "online" | "identity" | "other"; readonly happenedOn?: string | undefined; readonly description?: string | undefined } };
    readonly answers: { readonly 201: { readonly id: string; readonly createdAt: string; readonly crisis: { readonly locale: string; readonly resources: readonly ({ readonly name: string; readonly contact: string; readonly phone: string | null; readonly hours: string })[] } } };
  };
  /** Report an incident in a class, as an adult. */
  readonly createClassroomIncident: {
    readonly input: { readonly params: { readonly classroomId: string }; readonly body: { readonly category: "physical" | "verbal" | "exclusion" | "threat" | "property" | "online" | "identity" | "other"; readonly happenedOn?: string | undefined; readonly description?: string | undefined } };
    readonly answers: { readonly 201: { readonly id: string; readonly createdAt: string } };
  };
  /** List the incidents reported in a class. */
  readonly listClassroomIncidents: {
    readonly input: { readonly params: { readonly classroomId: string }; readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly classroomId: string; readonly role: "target" | "bystander" | "adult"; readonly category: "physical" | "verbal" | "exclusion" | "threat" | "property" | "online" | "identity" | "other"; readonly happenedOn: string | null; readonly description: string | null; readonly reporter: string | null; readonly reportedBy: string | null; readonly state: "new" | "reviewed" | "closed"; readonly createdAt: string; readonly reviewedAt: string | null; readonly reviewedBy: string | null })[]; readonly nextCursor: string | null } };
  };
  /** Review or close a reported incident, or take its words away, as where they name a child. */
  readonly updateClassroomIncident: {
    readonly input: { readonly params: { readonly classroomId: string; readonly incidentId: string }; readonly body: { readonly state?: "reviewed" | "closed" | undefined; readonly description?: null | undefined } };
    readonly answers: { readonly 200: { readonly id: string; readonly classroomId: string; readonly role: "target" | "bystander" | "adult"; readonly category: "physical" | "verbal" | "exclusion" | "threat" | "property" | "online" | "identity" | "other"; readonly happenedOn: string | null; readonly description: string | null; readonly reporter: string | null; readonly reportedBy: string | null; readonly state: "new" | "reviewed" | "closed"; readonly createdAt: string; readonly reviewedAt: string | null; readonly reviewedBy: string | null } };
  };
  /** List the incidents reported in a school. */
  readonly listSchoolIncidents: {
    readonly input: { readonly params: { readonly schoolId: string }; readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly classroomId: string; readonly role: "target" | "bystander" | "adult"; readonly category: "physical" | "verbal" | "exclusion" | "threat" | "property" | "online" | "identity" | "other"; readonly happenedOn: string | null; readonly description: string | null; readonly reporter: string | null; readonly reportedBy: string | null; readonly state: "new" | "reviewed" | "closed"; readonly createdAt: string; readonly reviewedAt: string | null; readonly reviewedBy: string | null })[]; readonly nextCursor: string | null } };
  };
  /** List the incidents reported in the district. */
  readonly listDistrictIncidents: {
    readonly input: { readonly query?: { readonly limit?: number | undefined; readonly cursor?: string | undefined } | undefined };
    readonly answers: { readonly 200: { readonly items: readonly ({ readonly id: string; readonly classroomId: string; readonly role: "target" | "bystander" | "adult"; readonly category: "physical" | "verbal" | "exclusion" | "threat" | "property" | "online" | "identity" | "other"; readonly happenedOn: string | null; readonly description: string | null; readonly reporter: string | null; readonly reportedBy: string | null; readonly state: "new" | "reviewed" | "closed"; readonly createdAt: string; readonly reviewedAt: string | null; readonly reviewedBy: string | null })[]; readonly nextCursor: string | null } };
  };
  /** Read what the district has decided. */
  readonly getDistrictSettings: {
    readonly input: object;
    readonly answers: { readonly 200: { readonly freeText: boolean; readonly helpEscalationMinutes: number; readonly updatedAt: string } };
  };
  /** Decide for the district. */
  readonly updateDistrictSettings: {
    readonly input: { readonly body: { readonly freeText?: boolean | undefined; readonly helpEscalationMinutes?: number | undefined } };
    readonly answers: { readonly 200: { readonly freeText: boolean; readonly helpEscalationMinutes: number; readonly updatedAt: string } };
  };
  /** See how far a class is in its lessons, and how it felt last week. */
  readonly getClassroomAnalytics: {
    readonly input: { readonly params: { readonly classroomId: string } };
    readonly answers: { readonly 200: { readonly classroomId: string; readonly students: number | null; readonly lessons: readonly ({ readonly lessonId: string; readonly started: { readonly atLeast: number; readonly atMost: number }; readonly completed: { readonly atLeast: number; readonly atMost: number } })[]; readonly checkIns: { readonly weekOf: string; readonly feelings: readonly ({ readonly feeling: string; readonly students: number })[]; readonly others: number } | null; readonly refreshedAt: string | null } };
  };
  /** See how far a school’s classes are, by lesson and grade. */
  readonly getSchoolAnalytics: {
    readonly input: { readonly params: { readonly schoolId: string } };
    readonly answers: { readonly 200: { readonly classrooms: { readonly counted: number; readonly withheld: number }; readonly students: number; readonly lessons: readonly ({ readonly lessonId: string; readonly started: { readonly atLeast: number; readonly atMost: number }; readonly completed: { readonly atLeast: number; readonly atMost: number }; readonly gradeLevel: number; readonly classrooms: number; readonly students: number })[]; readonly refreshedAt: string | null } };
  };
  /** See how far the district’s classes are, by lesson and grade. */
  readonly getDistrictAnalytics: {
    readonly input: object;
    readonly answers: { readonly 200: { readonly classrooms: { readonly counted: number; readonly withheld: number }; readonly students: number; readonly lessons: readonly ({ readonly lessonId: string; readonly started: { readonly atLeast: number; readonly atMost: number }; readonly completed: { readonly atLeast: number; readonly atMost: number }; readonly gradeLevel: number; readonly classrooms: number; readonly students: number })[]; readonly refreshedAt: string | null } };
  };
  /** The public keys that verify our tokens (RFC 7517). */
  readonly getWellKnownJwksJson: {
    readonly input: object;
    readonly answers: { readonly 200: { readonly keys: readonly (Readonly<Record<string, string>>)[] } };
  };
  /** Read the OpenAPI document of this API, where the district serves it. */
  readonly getOpenapiJson: {
    readonly input: object;
    readonly answers: { readonly 200: undefined; readonly 304: undefined };
  };
}

export type OperationName = keyof Operations;

/** By operation: its method and its path. */
export const OPERATIONS: Readonly<Record<OperationName, readonly [method: string, path: string]>> = {
  createAuthBootstrap: ['POST', '/v1/auth/bootstrap'],
  signInAuth: ['POST', '/v1/auth/sign-in'],
  refreshAuth: ['POST', '/v1/auth/refresh'],
  logoutAuth: ['POST', '/v1/auth/logout'],
  logoutEverywhereAuth: ['POST', '/v1/auth/logout-everywhere'],
  getAuthOidcStart: ['GET', '/v1/auth/oidc/start'],
  getAuthOidcCallback: ['GET', '/v1/auth/oidc/callback'],
  acceptAuth: ['POST', '/v1/auth/accept'],
  getMeAccount: ['GET', '/v1/me/account'],
  putMeAccountPassword: ['PUT', '/v1/me/account/password'],
  createMeAccountSecondFactor: ['POST', '/v1/me/account/second-factor'],
  confirmMeAccountSecondFactor: ['POST', '/v1/me/account/second-factor/confirm'],
  removeMeAccountSecondFactor: ['POST', '/v1/me/account/second-factor/remove'],
  listAccounts: ['GET', '/v1/accounts'],
  getAccount: ['GET', '/v1/accounts/{accountId}'],
  suspendAccount: ['POST', '/v1/accounts/{accountId}/suspend'],
  reinstateAccount: ['POST', '/v1/accounts/{accountId}/reinstate'],
  createAccountRole: ['POST', '/v1/accounts/{accountId}/roles'],
  deleteAccountRole: ['DELETE', '/v1/accounts/{accountId}/roles/{roleId}'],
  createAccountReset: ['POST', '/v1/accounts/{accountId}/reset'],
  createInvitation: ['POST', '/v1/invitations'],
  listInvitations: ['GET', '/v1/invitations'],
  deleteInvitation: ['DELETE', '/v1/invitations/{invitationId}'],
  listSchools: ['GET', '/v1/schools'],
  createSchool: ['POST', '/v1/schools'],
  updateSchool: ['PATCH', '/v1/schools/{schoolId}'],
  listLessons: ['GET', '/v1/lessons'],
  createLesson: ['POST', '/v1/lessons'],
  getLesson: ['GET', '/v1/lessons/{lessonId}'],
  getLessonVersion: ['GET', '/v1/lessons/{lessonId}/versions/{version}'],
  getLessonBundle: ['GET', '/v1/lessons/{lessonId}/bundle'],
  getClassroomLesson: ['GET', '/v1/classrooms/{classroomId}/lessons/{lessonId}'],
  putClassroomLessonPin: ['PUT', '/v1/classrooms/{classroomId}/lessons/{lessonId}/pin'],
  deleteClassroomLessonPin: ['DELETE', '/v1/classrooms/{classroomId}/lessons/{lessonId}/pin'],
  listClassroomPins: ['GET', '/v1/classrooms/{classroomId}/pins'],
  createLessonDraft: ['POST', '/v1/lessons/{lessonId}/draft'],
  getLessonDraft: ['GET', '/v1/lessons/{lessonId}/draft'],
  updateLessonDraft: ['PATCH', '/v1/lessons/{lessonId}/draft'],
  deleteLessonDraft: ['DELETE', '/v1/lessons/{lessonId}/draft'],
  submitLessonDraft: ['POST', '/v1/lessons/{lessonId}/draft/submit'],
  approveLessonDraft: ['POST', '/v1/lessons/{lessonId}/draft/approve'],
  rejectLessonDraft: ['POST', '/v1/lessons/{lessonId}/draft/reject'],
  publishLessonDraft: ['POST', '/v1/lessons/{lessonId}/draft/publish'],
  retireLesson: ['POST', '/v1/lessons/{lessonId}/retire'],
  listLessonVersions: ['GET', '/v1/lessons/{lessonId}/versions'],
  listClassrooms: ['GET', '/v1/classrooms'],
  createClassroom: ['POST', '/v1/classrooms'],
  getClassroom: ['GET', '/v1/classrooms/{classroomId}'],
  updateClassroom: ['PATCH', '/v1/classrooms/{classroomId}'],
  archiveClassroom: ['POST', '/v1/classrooms/{classroomId}/archive'],
  restoreClassroom: ['POST', '/v1/classrooms/{classroomId}/restore'],
  handOverClassroom: ['POST', '/v1/classrooms/{classroomId}/hand-over'],
  rotateClassroomCode: ['POST', '/v1/classrooms/{classroomId}/code/rotate'],
  lockClassroomCode: ['POST', '/v1/classrooms/{classroomId}/code/lock'],
  unlockClassroomCode: ['POST', '/v1/classrooms/{classroomId}/code/unlock'],
  endClassroomTokens: ['POST', '/v1/classrooms/{classroomId}/tokens/end'],
  listClassroomStudents: ['GET', '/v1/classrooms/{classroomId}/students'],
  deleteClassroomStudent: ['DELETE', '/v1/classrooms/{classroomId}/students/{enrolmentId}'],
  listClassroomProgress: ['GET', '/v1/classrooms/{classroomId}/progress'],
  listClassroomProgressOfLesson: ['GET', '/v1/classrooms/{classroomId}/progress/{lessonId}'],
  getClassroomLive: ['GET', '/v1/classrooms/{classroomId}/live'],
  createClassroomLive: ['POST', '/v1/classrooms/{classroomId}/live'],
  updateClassroomLive: ['PATCH', '/v1/classrooms/{classroomId}/live'],
  endClassroomLive: ['POST', '/v1/classrooms/{classroomId}/live/end'],
  getClassroomLiveEvents: ['GET', '/v1/classrooms/{classroomId}/live/events'],
  previewJoin: ['POST', '/v1/join/preview'],
  join: ['POST', '/v1/join'],
  getMe: ['GET', '/v1/me'],
  listMeProgress: ['GET', '/v1/me/progress'],
  putMeProgress: ['PUT', '/v1/me/progress/{lessonId}'],
  createMeCheckIn: ['POST', '/v1/me/check-ins'],
  putMeLessonActivity: ['PUT', '/v1/me/lessons/{lessonId}/activities/{activityId}'],
  syncMe: ['POST', '/v1/me/sync'],
  listAudit: ['GET', '/v1/audit'],
  getAuditHead: ['GET', '/v1/audit/head'],
  verifyAudit: ['POST', '/v1/audit/verify'],
  getPrivacyRetentionPolicy: ['GET', '/v1/privacy/retention-policy'],
  listPrivacyRetentionRuns: ['GET', '/v1/privacy/retention-runs'],
  previewPrivacyRetention: ['POST', '/v1/privacy/retention/preview'],
  createPrivacyConsent: ['POST', '/v1/privacy/consents'],
  listPrivacyConsents: ['GET', '/v1/privacy/consents'],
  revokePrivacyConsent: ['POST', '/v1/privacy/consents/{consentId}/revoke'],
  createPrivacyRequest: ['POST', '/v1/privacy/requests'],
  listPrivacyRequests: ['GET', '/v1/privacy/requests'],
  getPrivacyRequest: ['GET', '/v1/privacy/requests/{requestId}'],
  executePrivacyRequest: ['POST', '/v1/privacy/requests/{requestId}/execute'],
  refusePrivacyRequest: ['POST', '/v1/privacy/requests/{requestId}/refuse'],
  verifyPrivacyCertificates: ['POST', '/v1/privacy/certificates/verify'],
  listPrivacyDataElements: ['GET', '/v1/privacy/data-elements'],
  exportsClassroom: ['POST', '/v1/classrooms/{classroomId}/exports'],
  exportsDistrict: ['POST', '/v1/district/exports'],
  listExports: ['GET', '/v1/exports'],
  getExport: ['GET', '/v1/exports/{exportId}'],
  createExportLink: ['POST', '/v1/exports/{exportId}/links'],
  downloadExports: ['POST', '/v1/exports/download'],
  helpMe: ['POST', '/v1/me/help'],
  getMeHelp: ['GET', '/v1/me/help'],
  getCrisisResources: ['GET', '/v1/crisis-resources'],
  listClassroomHelpSignals: ['GET', '/v1/classrooms/{classroomId}/help-signals'],
  acknowledgeClassroomHelpSignal: ['POST', '/v1/classrooms/{classroomId}/help-signals/{signalId}/acknowledge'],
  escalateClassroomHelpSignal: ['POST', '/v1/classrooms/{classroomId}/help-signals/{signalId}/escalate'],
  resolveClassroomHelpSignal: ['POST', '/v1/classrooms/{classroomId}/help-signals/{signalId}/resolve'],
  listSchoolHelpSignals: ['GET', '/v1/schools/{schoolId}/help-signals'],
  listDistrictHelpSignals: ['GET', '/v1/district/help-signals'],
  createMeIncident: ['POST', '/v1/me/incidents'],
  createClassroomIncident: ['POST', '/v1/classrooms/{classroomId}/incidents'],
  listClassroomIncidents: ['GET', '/v1/classrooms/{classroomId}/incidents'],
  updateClassroomIncident: ['PATCH', '/v1/classrooms/{classroomId}/incidents/{incidentId}'],
  listSchoolIncidents: ['GET', '/v1/schools/{schoolId}/incidents'],
  listDistrictIncidents: ['GET', '/v1/district/incidents'],
  getDistrictSettings: ['GET', '/v1/district/settings'],
  updateDistrictSettings: ['PATCH', '/v1/district/settings'],
  getClassroomAnalytics: ['GET', '/v1/classrooms/{classroomId}/analytics'],
  getSchoolAnalytics: ['GET', '/v1/schools/{schoolId}/analytics'],
  getDistrictAnalytics: ['GET', '/v1/district/analytics'],
  getWellKnownJwksJson: ['GET', '/.well-known/jwks.json'],
  getOpenapiJson: ['GET', '/v1/openapi.json'],
};

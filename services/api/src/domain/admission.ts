/** Whom a sign-in at the identity provider lets in: nobody who was not invited. */

/** What is known here of a person that the identity provider vouches for. */
export interface Acquaintance {
  /** The account that this very identity is linked to. */
  readonly linked: string | undefined;
  /** The account of the address of mail, where the issuer has verified that. */
  readonly owner:
    | {
        readonly accountId: string;
        /** Whether it is linked to another identity of the same issuer. */
        readonly isAnothers: boolean;
        readonly hasPassword: boolean;
      }
    | undefined;
  /** Whether there are open invitations for the verified address. */
  readonly isInvited: boolean;
}

/**
 * - `known`: signs in.
 * - `link`: signs in as the account of the address, to which the identity is linked from now on. Its password goes, if it has
 *   one: whoever set it never showed that the address is theirs (they had an invitation's secret), while the issuer did.
 * - `create`: is invited, and gets an account.
 * - `refused`: everybody else.
 */
export type Admission =
  | { readonly kind: 'known'; readonly accountId: string }
  | { readonly kind: 'link'; readonly accountId: string; readonly dropsPassword: boolean }
  | { readonly kind: 'create' }
  | { readonly kind: 'refused' };

/** @returns whether and as whom a person is let in. */
export function admissionOf({ linked, owner, isInvited }: Acquaintance): Admission {
  if (linked !== undefined) return { kind: 'known', accountId: linked };
  if (owner === undefined) return { kind: isInvited ? 'create' : 'refused' };
  // Districts give a leaver's address to somebody else, who is not the leaver.
  if (owner.isAnothers) return { kind: 'refused' };
  return { kind: 'link', accountId: owner.accountId, dropsPassword: owner.hasPassword };
}

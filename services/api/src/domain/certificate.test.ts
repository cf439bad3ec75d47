import { describe, expect, it } from 'vitest';
import { claimsOf } from './certificate.ts';

const DELETION = {
  requestId: 'b7f0c0de-0000-4000-8000-000000000001',
  subject: 'student:b7f0c0de-0000-4000-8000-000000000002',
  deleted: {},
  cleared: {},
  policyVersion: '0123456789abcdef',
};

describe('claimsOf', () => {
  it('counts by class what was deleted by table', () => {
    const deleted = {
      student_sessions: 1,
      lesson_progress: 7,
      check_ins: 3,
      help_signals: 0,
      export_links: 2,
      exports: 1,
    };
    expect(claimsOf({ ...DELETION, deleted, cleared: { incident_reports: 1 } })).toMatchObject({
      jti: DELETION.requestId,
      sub: DELETION.subject,
      policy: '0123456789abcdef',
      deleted: [
        { class: 'CheckIn', rows: 3 },
        { class: 'Export', rows: 3 },
        { class: 'StudentSession', rows: 8 },
      ],
      cleared: [{ class: 'IncidentReport', rows: 1 }],
    });
  });

  it('is given also where nothing was left to delete', () => {
    expect(claimsOf(DELETION)).toMatchObject({ deleted: [], cleared: [] });
  });
});

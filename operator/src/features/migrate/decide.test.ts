import { describe, expect, it } from 'vitest';
import { decideMigration, type MigrationFacts, type MigrationJob } from './decide.ts';

const NOW_MS = Date.parse('2026-11-24T12:00:00Z');
const MINUTES = 60_000;

const job = (more: Partial<MigrationJob> = {}): MigrationJob => ({
  name: 'demo-migrate-0-2-0-abc',
  version: '0.2.0',
  succeeded: false,
  ...more,
});

const decide = (facts: Partial<MigrationFacts> = {}, nowMs = NOW_MS) =>
  decideMigration({ wanted: '0.2.0', jobs: [], databaseReady: true, rolledOut: false, ...facts }, nowMs);

describe('decideMigration', () => {
  it.each<[string, Partial<MigrationFacts>, object]>([
    [
      'waits for the database before all',
      { databaseReady: false },
      { state: 'WaitingForDatabase', job: true, message: 'PostgreSQL does not accept connections yet' },
    ],
    [
      'waits for the migration',
      { jobs: [job()] },
      { state: 'Migrating', job: true, message: 'waiting for the migration to version 0.2.0' },
    ],
    [
      'lets the version run that ran before, until the wanted one is migrated to',
      { recorded: '0.1.0', running: '0.1.0', jobs: [job()] },
      { state: 'Migrating', apiVersion: '0.1.0', migratedVersion: '0.1.0' },
    ],
    [
      'lets the wanted version run once its Job has succeeded, which stays until that is on record',
      { recorded: '0.1.0', running: '0.1.0', jobs: [job({ succeeded: true })] },
      {
        state: 'Migrated',
        apiVersion: '0.2.0',
        migratedVersion: '0.2.0',
        job: true,
        message: 'the database is at version 0.2.0',
      },
    ],
    [
      'needs no Job any more for what is on record',
      { recorded: '0.2.0', databaseReady: false },
      { state: 'Migrated', apiVersion: '0.2.0', job: false },
    ],
    [
      'is not misled by Jobs of other versions',
      { jobs: [job({ version: '0.1.0', succeeded: true }), job({ version: '0.3.0', failedAtMs: NOW_MS })] },
      { state: 'Migrating' },
    ],
    [
      'goes by the Job that succeeded when one of other input had failed',
      { jobs: [job({ name: 'old', failedAtMs: NOW_MS }), job({ succeeded: true })] },
      { state: 'Migrated' },
    ],
  ])('%s', (_what, facts, expected) => {
    expect(decide(facts)).toMatchObject(expected);
  });

  it.each([
    [
      'the error of the jobs’ image',
      '{"error":"0004: relation \\"x\\" exists","migrated":[]}',
      '0004: relation "x" exists',
    ],
    ['what a container said that never came so far', 'exec: no such file', 'exec: no such file'],
    ['JSON that is no error', '{"migrated":[]}', '{"migrated":[]}'],
    ['JSON that is no object', 'null', 'null'],
  ])('names the first cause in its words: %s', (_what, lastWords, told) => {
    expect(decide({ jobs: [job({ lastWords })] }).message).toBe(`waiting for the migration to version 0.2.0: ${told}`);
    expect(decide({ jobs: [job({ lastWords, failedAtMs: NOW_MS })] }).message).toContain(
      `failed: ${told}. Read its log`,
    );
  });

  it('tells what to do about a failure', () => {
    expect(decide({ jobs: [job({ failedAtMs: NOW_MS })] }).message).toBe(
      'Job demo-migrate-0-2-0-abc failed: it gave up. Read its log (kubectl logs job/demo-migrate-0-2-0-abc); ' +
        'it is tried again after 5 minutes, at once when the Job is deleted',
    );
  });

  it.each([
    ['not yet', 5 * MINUTES - 1, undefined],
    ['now', 5 * MINUTES, 'demo-migrate-0-2-0-abc'],
  ])('tries a failed one again five minutes later: %s', (_what, laterMs, retryJob) => {
    const decided = decide({ jobs: [job({ failedAtMs: NOW_MS })] }, NOW_MS + laterMs);
    expect(decided).toMatchObject({ state: 'Failed', job: true, retryAtMs: NOW_MS + 5 * MINUTES });
    expect(decided.retryJob).toBe(retryJob);
  });

  it('tells of a failure rather than that the database is away', () => {
    expect(decide({ databaseReady: false, jobs: [job({ failedAtMs: NOW_MS })] }).state).toBe('Failed');
  });
});

describe('what is left once the database is as the new release needs it', () => {
  const words = (...left: string[]) => JSON.stringify({ ran: ['0010-who-acts'], left });
  const expanded = (more: Partial<MigrationJob> = {}) =>
    job({ phase: 'expand', succeeded: true, lastWords: words('0011-row-security'), ...more });
  const contract = (more: Partial<MigrationJob> = {}) =>
    job({ name: 'demo-contract-0-2-0-abc', phase: 'contract', ...more });

  it.each<[string, Partial<MigrationFacts>]>([
    ['the Job left nothing', { jobs: [expanded({ lastWords: words() })], rolledOut: true }],
    ['a release that knew of no phases', { jobs: [job({ succeeded: true })], rolledOut: true }],
    ['that is on record', { recorded: '0.2.0', pendingContract: false, jobs: [expanded()], rolledOut: true }],
    [
      'it was done before, and that is not on record yet',
      { recorded: '0.2.0', pendingContract: true, jobs: [expanded(), contract({ succeeded: true })] },
    ],
    ['nothing was ever said of it', { recorded: '0.2.0', rolledOut: true }],
  ])('is nothing when %s', (_what, facts) => {
    expect(decide(facts)).toMatchObject({
      state: 'Migrated',
      apiVersion: '0.2.0',
      message: 'the database is at version 0.2.0',
    });
    expect(decide(facts).contract).toBeUndefined();
  });

  it('waits until no pod of the former release is left', () => {
    expect(decide({ recorded: '0.2.0', jobs: [expanded()] })).toMatchObject({
      state: 'Migrated',
      apiVersion: '0.2.0',
      message: 'the database is at version 0.2.0; what only the former release needed goes when no pod of it is left',
      contract: { state: 'Waiting', job: false },
    });
  });

  it.each<[string, Partial<MigrationFacts>]>([
    ['by what the Job said', { jobs: [expanded()] }],
    ['by what is on record, when the Job is gone', { recorded: '0.2.0', pendingContract: true }],
    [
      'by a Job whose pod has not told',
      { jobs: [expanded({ lastWords: 'Reached expected number of succeeded pods' })] },
    ],
  ])('is run then: %s', (_what, facts) => {
    expect(decide({ ...facts, rolledOut: true })).toMatchObject({ contract: { state: 'Contracting', job: true } });
  });

  it('is not stopped by a pod that comes once it has begun', () => {
    const facts = { recorded: '0.2.0', pendingContract: true, jobs: [expanded(), contract()], rolledOut: false };
    expect(decide(facts).contract).toEqual({ state: 'Contracting', job: true });
  });

  it('is tried again five minutes after it failed; the API goes on', () => {
    const jobs = [expanded(), contract({ failedAtMs: NOW_MS, lastWords: '{"error":"55P03"}' })];
    const facts = { recorded: '0.2.0', pendingContract: true, jobs, rolledOut: true };
    expect(decide(facts)).toMatchObject({
      state: 'Migrated',
      apiVersion: '0.2.0',
      contract: { state: 'ContractFailed', job: true },
      retryAtMs: NOW_MS + 5 * MINUTES,
      message: expect.stringContaining('Job demo-contract-0-2-0-abc failed: 55P03') as string,
    });
    expect(decide(facts).retryJob).toBeUndefined();
    expect(decide(facts, NOW_MS + 5 * MINUTES).retryJob).toBe('demo-contract-0-2-0-abc');
  });

  it('is of its own version: what another one left is not touched', () => {
    const facts = { wanted: '0.3.0', recorded: '0.2.0', pendingContract: true, running: '0.2.0', jobs: [expanded()] };
    expect(decide({ ...facts, rolledOut: true })).toMatchObject({ state: 'Migrating', apiVersion: '0.2.0' });
    expect(decide({ ...facts, rolledOut: true }).contract).toBeUndefined();
  });
});

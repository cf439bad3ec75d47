import { describe, expect, it } from 'vitest';
import { scriptOf } from './pgbench.ts';

describe('scriptOf', () => {
  it('says what was said, with variables in the places of parameters', () => {
    const statements = [
      { text: 'begin', values: [] },
      { text: 'select $2::text, $1, $1', values: [1, 'two'] },
      { text: 'update t set at = $1, b = $2', values: [new Date(0), Buffer.from('!')] },
    ];
    expect(scriptOf(statements, 7)).toEqual({
      text: 'begin;\nselect :s7_1::text, :s7_0, :s7_0;\nupdate t set at = :s7_2, b = :s7_3;\n',
      variables: [
        ['s7_0', '1'],
        ['s7_1', 'two'],
        ['s7_2', '1970-01-01T00:00:00.000Z'],
        ['s7_3', '\\x21'],
      ],
    });
  });

  it('begins with who acts, without waiting in between, and by parameters as far as it is anything', () => {
    const opening = "begin; select set_config('app.kind', 'student', true), set_config('app.roles', '', true)";
    expect(
      scriptOf(
        [
          { text: opening, values: [] },
          { text: 'select $1', values: ['x'] },
          { text: 'commit', values: [] },
        ],
        3,
      ),
    ).toEqual({
      text: [
        '\\startpipeline',
        'begin;',
        "select set_config('app.kind', :s3_0, true), set_config('app.roles', '', true);",
        'select :s3_1;',
        '\\endpipeline',
        'commit;',
        '',
      ].join('\n'),
      variables: [
        ['s3_0', 'student'],
        ['s3_1', 'x'],
      ],
    });
  });
});

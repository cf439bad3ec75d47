import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser, CLIENT } from './issuer.ts';
import { startOidcScene, type OidcScene } from './oidc-scene.ts';

let scene: OidcScene;
beforeAll(async () => {
  scene = await startOidcScene();
});
afterAll(async () => scene[Symbol.asyncDispose]());

describe('an answer of the identity provider', () => {
  const invited = async () => {
    const person = scene.personOf();
    await scene.invite(person.email);
    const { location, cookie } = await scene.begin();
    return { back: await new Browser().signIn(location, person.login), cookie };
  };
  const changed = ({ search }: URL, change: (query: URLSearchParams) => void): Pick<URL, 'search'> => {
    const query = new URLSearchParams(search);
    change(query);
    return { search: `?${query.toString()}` };
  };

  it('is good once, and only in the browser that asked for it', async () => {
    const { back, cookie } = await invited();
    expect((await scene.comeBack(back, cookie)).statusCode).toBe(200);
    expect((await scene.comeBack(back, cookie)).statusCode).toBe(401);
    for (const other of [undefined, (await scene.begin()).cookie]) {
      const victim = await invited();
      expect((await scene.comeBack(victim.back, other)).statusCode).toBe(401);
      // Whoever tried has used it up.
      expect((await scene.comeBack(victim.back, victim.cookie)).statusCode).toBe(401);
    }
  });

  it('is not good when it took too long', async () => {
    const { back, cookie } = await invited();
    await scene.stack.db
      .updateTable('oidc_requests')
      .set({ expires_at: new Date(0) })
      .execute();
    expect((await scene.comeBack(back, cookie)).statusCode).toBe(401);
    await scene.begin();
    expect(
      await scene.stack.db
        .selectFrom('oidc_requests')
        .select('expires_at')
        .where('expires_at', '=', new Date(0))
        .execute(),
    ).toEqual([]);
  });

  it('with another’s code is not good: the code was asked for with another challenge', async () => {
    const [mine, other] = [await invited(), await invited()];
    const code = other.back.searchParams.get('code') ?? '';
    const injected = changed(mine.back, (query) => {
      query.set('code', code);
    });
    expect((await scene.comeBack(injected, mine.cookie)).statusCode).toBe(401);
  });

  it.each<[string, (query: URLSearchParams) => void]>([
    [
      'of another issuer',
      (query) => {
        query.set('iss', 'https://evil.example.org');
      },
    ],
    [
      'without an issuer',
      (query) => {
        query.delete('iss');
      },
    ],
    [
      'with a code that was never given',
      (query) => {
        query.set('code', 'made-up');
      },
    ],
    [
      'without a code',
      (query) => {
        query.delete('code');
      },
    ],
    [
      'with an error',
      (query) => {
        query.set('error', 'server_error');
      },
    ],
  ])('%s is not good', async (_title, change) => {
    const { back, cookie } = await invited();
    const answer = await scene.comeBack(changed(back, change), cookie);
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it.each([['?state=made-up&code=x'], ['?code=x'], ['?state=a&state=b&code=x'], [`?state=${'x'.repeat(200)}`], ['']])(
    'that was never asked for is refused: %s',
    async (search) => {
      const answer = await scene.comeBack({ search }, (await scene.begin()).cookie);
      expect([400, 401]).toContain(answer.statusCode);
    },
  );

  it('leaves no trace of the person, the code or the state in what is written down', async () => {
    const person = scene.personOf({ name: 'Somebody With A Name' });
    await scene.invite(person.email);
    const { location, cookie } = await scene.begin();
    const back = await new Browser().signIn(location, person.login);
    await scene.comeBack(back, cookie);
    await scene.comeBack(back, cookie);
    const secrets = [
      person.email,
      person.login,
      'Somebody With',
      CLIENT.secret,
      ...back.searchParams.values(),
      cookie.split('=')[1] ?? '',
    ];
    const requests = JSON.stringify(await scene.stack.db.selectFrom('oidc_requests').selectAll().execute());
    for (const secret of secrets.filter((each) => each !== scene.issuer.url)) {
      expect(scene.stack.logged.join('\n')).not.toContain(secret);
      expect(requests).not.toContain(secret);
    }
  });
});

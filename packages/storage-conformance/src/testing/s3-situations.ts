import type { ObjectStore } from '@sampan/storage';
import type { Situations } from '../harness.ts';
import { always, closedPort, never, type Stub, type StubAnswer, startStub, webPage } from './stub-server.ts';

/** How the stand-in of an S3 service is made that is in trouble. */
export interface S3Trouble {
  /** A store with these options changed, which tries once only. */
  make: (changed: Record<string, string | number | boolean>, environment?: object) => ObjectStore;
  /** To be ended with the harness. */
  stubs: Stub[];
}

function refusal(status: number, code: string): StubAnswer {
  const document = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>so it is</Message></Error>`;
  return always(status, 'application/xml', document);
}

type Names =
  | 'wrong_zone'
  | 'storage_unreachable'
  | 'storage_untrusted'
  | 'storage_timeout'
  | 'storage_unavailable'
  | 'throttled'
  | 'unexpected_answer'
  | 'egress_forbidden';

/** The situations that need no real service, but one that is away, broken or another one. */
export function s3Situations({ make, stubs }: S3Trouble): Pick<Situations, Names> {
  const stubbed =
    (answer: StubAnswer, changed: Record<string, string | number> = {}, tls = false) =>
    async () => {
      const stub = await startStub(answer, tls);
      stubs.push(stub);
      return make({ endpoint: stub.url, ...changed });
    };
  return {
    wrong_zone: stubbed(refusal(301, 'PermanentRedirect')),
    storage_unreachable: async () => make({ endpoint: `http://127.0.0.1:${await closedPort()}` }),
    storage_untrusted: stubbed(webPage, {}, true),
    storage_timeout: stubbed(never, { timeoutSeconds: 1 }),
    storage_unavailable: stubbed(refusal(500, 'InternalError')),
    throttled: stubbed(refusal(429, 'SlowDown')),
    unexpected_answer: stubbed(webPage),
    egress_forbidden: async () => make({}, { allowsAddress: () => false }),
  };
}

import type { S3Client } from '@aws-sdk/client-s3';
import { SampanError } from '@sampan/driver';
import type { RequestClass, StorageEnvironment } from '../../contract.ts';
import { createHttp } from '../../http/http.ts';
import { retrying } from '../../pause.ts';
import { cancelled } from '../../source.ts';
import { credentialsOf } from './credentials.ts';
import { foreignAnswer, s3Error } from './errors.ts';
import { type Exchange, retryAfter, s3Handler } from './handler.ts';
import type { S3Options } from './options.ts';

type Sdk = typeof import('@aws-sdk/client-s3');

/** What a call sends with; `options` belong to the attempt. */
export interface Sender {
  sdk: Sdk;
  client: S3Client;
  options: { abortSignal?: AbortSignal };
}

export interface Call<Output> {
  class: RequestClass;
  /** Sends the command, made anew for each attempt so that what it reads begins anew too. */
  run: (sender: Sender) => Promise<Output>;
  /** Of the object, as its user names it. */
  key?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Told before it is sent again: something may have been done already. */
  onRetry?: () => void;
}

export interface Answer<Output> {
  output: Output;
  /** To be called once, for streamed answers. */
  observed: (bytesReceived: number) => void;
}

export interface Calls {
  /** Of the service, e.g. `https://s3.example.com`. */
  readonly origin: string;
  readonly retries: number;
  readonly now: () => number;
  send<Output>(call: Call<Output>): Promise<Output>;
  /** The body of the answer is left to the caller, who tells at its end how many bytes came. */
  stream<Output>(call: Call<Output>): Promise<Answer<Output>>;
  close(): Promise<void>;
}

/** The SDK warns on the console otherwise; what fails is thrown anyway. */
const silent = { debug() {}, info() {}, warn() {}, error() {} };

async function makeClient(options: S3Options, environment: StorageEnvironment, handler: object) {
  // The SDK takes 35 MB and a tenth of a second: only who uses such a storage pays for it.
  const sdk = await import('@aws-sdk/client-s3');
  const credentials = credentialsOf(options, environment);
  const client = new sdk.S3Client({
    region: options.region,
    endpoint: options.origin,
    forcePathStyle: options.pathStyle,
    credentials: async () => credentials ?? { accessKeyId: '', secretAccessKey: '' },
    ...(credentials === null && { signer: { sign: async (request: object) => request } as never }),
    requestHandler: handler as never,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    // One attempt: retrying is done here, where bodies can be made anew.
    maxAttempts: 1,
    retryMode: 'standard',
    expectContinueHeader: false,
    followRegionRedirects: false,
    disableS3ExpressSessionAuth: true,
    useArnRegion: false,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    authSchemePreference: [],
    logger: silent,
    userAgentAppId: 'sampan',
  });
  const now = environment.now ?? Date.now;
  // The SDK would learn the other side's clock from its answers; a clock that is wrong is to be told, not hidden.
  Object.defineProperty(client.config, 'systemClockOffset', { get: () => now() - Date.now(), set: () => undefined });
  return { sdk, client };
}

/** What the SDK threw, as an error of the contract. */
function translated(thrown: unknown, key: string | undefined): SampanError {
  if (thrown instanceof SampanError) return thrown;
  const error = thrown as {
    name?: string;
    Code?: string;
    $metadata?: { httpStatusCode?: number; requestId?: string };
    $response?: { headers?: Record<string, string> };
  };
  const status = error.$metadata?.httpStatusCode;
  if (status === undefined) return foreignAnswer('what came cannot be read');
  if (status < 300) return foreignAnswer('the answer is not the XML that was expected');
  const name = error.Code ?? error.name;
  const remoteCode =
    name === undefined || /^(?:Error|TypeError|Unknown|UnknownError|S3ServiceException|NotFound|\d+)$/.test(name)
      ? undefined
      : name;
  const retryAfterMs = retryAfter(error.$response?.headers ?? {});
  return s3Error({ status, remoteCode, requestId: error.$metadata?.requestId, retryAfterMs }, key);
}

/** Sends the SDK's commands: again after what may pass, observed, with errors of the contract. */
export function createCalls(options: S3Options, environment: StorageEnvironment): Calls {
  const http = createHttp({ environment, caCertificate: options.caCertificate, timeoutMs: options.timeoutMs });
  let made: ReturnType<typeof makeClient> | null = null;

  async function once<Output>(call: Call<Output>, isStreamed: boolean): Promise<Answer<Output>> {
    const { signal, key } = call;
    if (signal?.aborted) throw cancelled();
    made ??= makeClient(options, environment, s3Handler(http));
    const exchange: Exchange = { status: null, bytesSent: 0, bytesReceived: 0, isStreamed };
    const observe = (): void => {
      const { status, bytesSent, bytesReceived } = exchange;
      environment.observe?.({ class: call.class, status, bytesSent, bytesReceived });
    };
    try {
      const attempt = { exchange, ...(signal && { abortSignal: signal }) };
      const output = await call.run({ ...(await made), options: attempt });
      if (!isStreamed) observe();
      return {
        output,
        observed(bytesReceived) {
          exchange.bytesReceived = bytesReceived;
          observe();
        },
      };
    } catch (error) {
      observe();
      throw signal?.aborted ? cancelled() : translated(error, key);
    }
  }

  const stream = <Output>(call: Call<Output>, isStreamed: boolean): Promise<Answer<Output>> =>
    retrying(options.connectionRetries, call.signal, () => once(call, isStreamed), call.onRetry);

  return {
    origin: options.origin,
    retries: options.connectionRetries,
    now: environment.now ?? Date.now,
    stream: (call) => stream(call, true),
    send: async (call) => (await stream(call, false)).output,
    close: async () => {
      const client = await made?.catch(() => null);
      client?.client.destroy();
      await http.close();
    },
  };
}

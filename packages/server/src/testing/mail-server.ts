import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { mailCertificate } from './mail-certificates.ts';

export interface Mail {
  from: string;
  to: string[];
  /** As it came, with its headers. */
  text: string;
  isSecure: boolean;
  user: string | undefined;
}

/** A real SMTP server with real TLS; it takes mails of one account, and refuses as a test says. */
export class MailServer {
  readonly mails: Mail[] = [];
  /** Throws what the server answers, at the end of each mail. */
  before: (to: string[]) => void = () => undefined;
  refusedRecipients: ReadonlySet<string> = new Set();
  readonly #server: SMTPServer;

  constructor(mode: 'tls' | 'starttls' | 'none', account?: { user: string; password: string }) {
    this.#server = new SMTPServer({
      secure: mode === 'tls',
      ...(mode !== 'none' && mailCertificate),
      disabledCommands: [...(mode === 'none' ? ['STARTTLS'] : []), ...(account ? [] : ['AUTH'])],
      authOptional: account === undefined,
      logger: false,
      onAuth: (auth, _session, callback) => {
        if (account && auth.username === account.user && auth.password === account.password)
          callback(null, { user: account.user });
        else callback(Object.assign(new Error('Invalid username or password'), { responseCode: 535 }));
      },
      onRcptTo: (address, _session, callback) => {
        if (this.refusedRecipients.has(address.address))
          callback(Object.assign(new Error('no such mailbox'), { responseCode: 550 }));
        else callback();
      },
      onData: (stream, session, callback) => {
        let text = '';
        stream.setEncoding('utf8');
        stream.on('data', (chunk) => {
          text += chunk;
        });
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          const to = rcptTo.map((each) => each.address);
          try {
            this.before(to);
          } catch (error) {
            return callback(error as Error);
          }
          this.mails.push({
            from: mailFrom ? mailFrom.address : '',
            to,
            text,
            isSecure: session.secure,
            user: typeof session.user === 'string' ? session.user : undefined,
          });
          callback();
        });
      },
    });
    this.#server.on('error', () => undefined);
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve()));
    return (this.#server.server.address() as AddressInfo).port;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

/** The text of a mail without its transfer encodings, for looking something up in it. */
export function decoded(mail: Mail): string {
  const parts = mail.text.split(/\r?\n\r?\n/);
  const quoted = (text: string) =>
    Buffer.from(
      text
        .replaceAll(/=\r?\n/g, '')
        .replaceAll(/=([0-9A-F]{2})/g, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    ).toString('utf8');
  return parts
    .map((part) =>
      /^[A-Za-z0-9+/=\r\n]+$/.test(part.trim()) ? Buffer.from(part, 'base64').toString('utf8') : quoted(part),
    )
    .join('\n\n');
}

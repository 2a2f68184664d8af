import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const VENDORS = ['dingtalk', 'feishu', 'wecom', 'slack', 'telegram', 'ntfy', 'webhook'] as const;
export type Vendor = (typeof VENDORS)[number];

export interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

interface Request {
  url: URL;
  headers: IncomingMessage['headers'];
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent; the checks below are its types
  body: any;
}

export const SECRETS = {
  dingtalkToken: 'dingtalk-access-token-0123456789',
  dingtalkSecret: 'SEC0123456789abcdef',
  feishuToken: 'feishu-hook-0123456789',
  feishuSecret: 'feishu-signing-secret',
  wecomKey: '693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa',
  slackPath: 'T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
  telegramToken: '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw',
  ntfyTopic: 'nobody-guesses-this-topic',
  ntfyToken: 'tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2',
  webhookSecret: 'a-secret-of-the-web-hook',
  webhookToken: 'token-in-the-address',
} as const;

const json = (value: object, status = 200): Answer => ({ status, body: JSON.stringify(value) });
const HOUR_MS = 3_600_000;

/** Each vendor as its documentation describes it: what is not in that form is refused with its codes. */
const CHECKS: Record<Vendor, (request: Request, now: number) => Answer | { text: string; answer: Answer }> = {
  dingtalk: ({ url, body }, now) => {
    if (url.searchParams.get('access_token') !== SECRETS.dingtalkToken)
      return json({ errcode: 300005, errmsg: 'token is not exist' });
    const timestamp = url.searchParams.get('timestamp') ?? '';
    const sign = createHmac('sha256', SECRETS.dingtalkSecret)
      .update(`${timestamp}\n${SECRETS.dingtalkSecret}`)
      .digest('base64');
    if (Math.abs(now - Number(timestamp)) > HOUR_MS)
      return json({ errcode: 310000, errmsg: 'invalid timestamp, more: [https://ding-doc.dingtalk.com]' });
    if (url.searchParams.get('sign') !== sign)
      return json({ errcode: 310000, errmsg: 'sign not match, more: [https://ding-doc.dingtalk.com]' });
    if (body.msgtype !== 'text' || typeof body.text?.content !== 'string')
      return json({ errcode: 400105, errmsg: 'unsupported msgtype' });
    if (body.at?.isAtAll) return json({ errcode: 1, errmsg: 'the test forbids calling everybody' });
    return { text: body.text.content, answer: json({ errcode: 0, errmsg: 'ok' }) };
  },
  feishu: ({ url, body }, now) => {
    if (!url.pathname.endsWith(`/${SECRETS.feishuToken}`))
      return json({ code: 19001, msg: 'param invalid: incoming webhook access token invalid' }, 400);
    const sign = createHmac('sha256', `${body.timestamp}\n${SECRETS.feishuSecret}`).digest('base64');
    if (body.sign !== sign || Math.abs(now - Number(body.timestamp) * 1000) > HOUR_MS)
      return json({ code: 19021, msg: 'sign match fail or timestamp is not within one hour from current time' });
    const [post] = Object.values(body.content?.post ?? {}) as {
      title: string;
      content: { tag: string; text: string }[][];
    }[];
    if (body.msg_type !== 'post' || !post || !Array.isArray(post.content))
      return json({ code: 9499, msg: 'Bad Request' }, 400);
    if (post.content.flat().some((part) => part.tag !== 'text')) return json({ code: 9499, msg: 'Bad Request' }, 400);
    const text = [post.title, ...post.content.map((line) => line.map((part) => part.text).join(''))].join('\n');
    return { text, answer: json({ code: 0, msg: 'success', data: {} }) };
  },
  wecom: ({ url, body }) => {
    if (url.searchParams.get('key') !== SECRETS.wecomKey)
      return json({ errcode: 93000, errmsg: `invalid webhook url, hint: [1700000000], from url: ${url.href}` });
    if (body.msgtype !== 'text') return json({ errcode: 40008, errmsg: 'invalid message type' });
    if (body.text.mentioned_list || body.text.mentioned_mobile_list)
      return json({ errcode: 1, errmsg: 'no calls here' });
    if (Buffer.byteLength(body.text.content) > 2048)
      return json({ errcode: 40058, errmsg: 'text.content exceed max length 2048' });
    return { text: body.text.content, answer: json({ errcode: 0, errmsg: 'ok' }) };
  },
  slack: ({ url, body }) => {
    if (!url.pathname.endsWith(`/services/${SECRETS.slackPath}`)) return { status: 404, body: 'no_service' };
    if (typeof body.text !== 'string' || body.mrkdwn !== false) return { status: 400, body: 'invalid_payload' };
    if (/<(?!\S*https?:)|>/.test(body.text)) return { status: 400, body: 'invalid_payload' };
    return { text: body.text, answer: { status: 200, body: 'ok' } };
  },
  telegram: ({ url, body }) => {
    if (url.pathname !== `/telegram/bot${SECRETS.telegramToken}/sendMessage`)
      return json({ ok: false, error_code: 401, description: 'Unauthorized' }, 401);
    if (body.chat_id !== '-1001234')
      return json({ ok: false, error_code: 400, description: 'Bad Request: chat not found' }, 400);
    if (body.parse_mode !== undefined)
      return json({ ok: false, error_code: 400, description: 'the test wants plain text' }, 400);
    if (body.text.length > 4096)
      return json({ ok: false, error_code: 400, description: 'Bad Request: message is too long' }, 400);
    return { text: body.text, answer: json({ ok: true, result: { message_id: 1 } }) };
  },
  ntfy: ({ headers, body }) => {
    if (headers.authorization !== `Bearer ${SECRETS.ntfyToken}`)
      return json(
        { code: 40101, http: 401, error: 'unauthorized', link: 'https://ntfy.sh/docs/publish/#authentication' },
        401,
      );
    if (body.topic !== SECRETS.ntfyTopic) return json({ code: 40301, http: 403, error: 'forbidden' }, 403);
    return { text: `${body.title}\n${body.message}`, answer: json({ id: 'x', event: 'message', topic: body.topic }) };
  },
  webhook: ({ url, headers, text, body }, now) => {
    if (url.searchParams.get('token') !== SECRETS.webhookToken) return { status: 403, body: 'who are you?' };
    const timestamp = String(headers['x-sampan-timestamp']);
    const wanted = createHmac('sha256', SECRETS.webhookSecret).update(`${timestamp}.${text}`).digest('hex');
    if (headers['x-sampan-signature'] !== `sha256=${wanted}`) return { status: 401, body: 'bad signature' };
    if (Math.abs(now - Number(timestamp) * 1000) > HOUR_MS) return { status: 401, body: 'too old' };
    if (headers['x-sampan-delivery'] !== body.id) return { status: 400, body: 'no id' };
    return { text: body.title, answer: { status: 204, body: '' } };
  },
};

export interface Received {
  vendor: Vendor;
  /** What people read. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent
  body: any;
}

/** Stand-ins of all chat vendors on one port: they check signatures and forms, and fail on demand. */
export class ChatVendors {
  readonly received: Received[] = [];
  /** Every request, also those that were refused. */
  readonly asked: Vendor[] = [];
  now: () => number = Date.now;
  /** Answers instead of the vendor, while it returns something. */
  instead: (vendor: Vendor, text: string) => Answer | undefined = () => undefined;
  /** Waited for before each answer. */
  delay: (vendor: Vendor) => Promise<void> | undefined = () => undefined;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve()));
    return this.url;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  of(vendor: Vendor): Received[] {
    return this.received.filter((each) => each.vendor === vendor);
  }

  /** Options of a channel that these stand-ins accept. */
  options(vendor: Vendor): Record<string, string> {
    const url = this.url;
    switch (vendor) {
      case 'dingtalk':
        return {
          url: `${url}/dingtalk/robot/send?access_token=${SECRETS.dingtalkToken}`,
          secret: SECRETS.dingtalkSecret,
        };
      case 'feishu':
        return { url: `${url}/feishu/open-apis/bot/v2/hook/${SECRETS.feishuToken}`, secret: SECRETS.feishuSecret };
      case 'wecom':
        return { url: `${url}/wecom/cgi-bin/webhook/send?key=${SECRETS.wecomKey}` };
      case 'slack':
        return { url: `${url}/slack/services/${SECRETS.slackPath}` };
      case 'telegram':
        return { baseUrl: `${url}/telegram`, botToken: SECRETS.telegramToken, chatId: '-1001234' };
      case 'ntfy':
        return { serverUrl: url, topic: SECRETS.ntfyTopic, token: SECRETS.ntfyToken };
      case 'webhook':
        return { url: `${url}/webhook/sampan?token=${SECRETS.webhookToken}`, secret: SECRETS.webhookSecret };
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const text = Buffer.concat(pieces).toString('utf8');
    const url = new URL(request.url ?? '/', this.url);
    const vendor = VENDORS.find((name) => url.pathname.startsWith(`/${name}/`)) ?? 'ntfy';
    this.asked.push(vendor);
    await this.delay(vendor);
    const checked = CHECKS[vendor]({ url, headers: request.headers, text, body: JSON.parse(text) }, this.now());
    const instead = this.instead(vendor, text);
    const answer = instead ?? ('answer' in checked ? checked.answer : checked);
    if (!instead && 'answer' in checked) this.received.push({ vendor, text: checked.text, body: JSON.parse(text) });
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body);
  }
}

import type { OptionField, OptionsProblem, OptionValues } from '@sampan/driver';

/** Options that several kinds of channel have, and how all read theirs. */
export const text = (values: OptionValues, name: string): string | undefined => {
  const value = values[name];
  return value === undefined || value === '' ? undefined : String(value);
};

export const allowPlainHttp: OptionField = {
  name: 'allowPlainHttp',
  kind: 'boolean',
  label: { en: 'Allow plain HTTP', zh: '允许明文 HTTP' },
  help: {
    en: 'Only for a gateway in your own network: nothing on the way is encrypted or verified.',
    zh: '仅用于自有内网网关：传输不加密，也不校验对方身份。',
  },
  default: false,
  advanced: true,
};

/** The address of a robot: whoever has it can write to the group, so it is a secret as a whole. */
export function robotUrl(placeholder: string): OptionField {
  return {
    name: 'url',
    kind: 'secret',
    required: true,
    label: { en: 'Web hook address', zh: 'Webhook 地址' },
    help: {
      en: 'As the settings of the robot show it. Whoever has it can write to the group: it is kept sealed and never shown again.',
      zh: '在机器人设置中复制。持有该地址即可向群内发消息，因此会加密保存且不再显示。',
    },
    placeholder,
    maximumLength: 2048,
  };
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** What is wrong with an address; the message never repeats it, since it may be a secret. */
export function urlProblems(values: OptionValues, field: string): OptionsProblem[] {
  const given = text(values, field);
  if (given === undefined) return [];
  if (!/^https?:\/\//i.test(given) || !URL.canParse(given)) {
    const message = `${field} must be an address that begins with https:// or http://`;
    return [{ field, code: 'bad_format', message }];
  }
  const url = new URL(given);
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    return [{ field, code: 'bad_format', message: `${field} must not hold a user name, a password or a fragment` }];
  }
  if (url.protocol === 'http:' && values.allowPlainHttp !== true && !isLoopback(url.hostname)) {
    const message = `${field} uses plain HTTP, which anyone on the way can read; use https:// or allow plain HTTP`;
    return [{ field, code: 'plain_http', message }];
  }
  return [];
}

export function hostOf(values: OptionValues, field: string): string {
  return new URL(text(values, field) ?? 'https://unknown').host;
}

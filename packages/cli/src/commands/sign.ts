import { randomUUID } from 'node:crypto';
import {
  encodeRpcParameters,
  formatQingStorAuthorization,
  formatQingStorDate,
  formatRpcTimestamp,
  formatZStackAuthorization,
  presignQingStor,
  qingstorStringToSign,
  qingzhouStringToSign,
  signQingStor,
  signQingzhou,
  signZStack,
} from '@sampan/accesskey';
import type { Command } from 'commander';
import { contextOf } from '../context.ts';
import { CommandError } from '../exit.ts';
import { wholeNumber } from '../numbers.ts';
import type { Output } from '../output/output.ts';
import { zonedDate } from '../zoned-date.ts';

interface KeyOptions {
  accessKeyId?: string;
  accessKeySecret?: string;
}

/** The environment first; a key by flag is for throw-away keys. */
function readKey(options: KeyOptions, output: Output): { id: string; secret: string } {
  const id = options.accessKeyId ?? process.env.SAMPAN_ACCESS_KEY_ID;
  const secret = options.accessKeySecret ?? process.env.SAMPAN_ACCESS_KEY_SECRET;
  if (!id || !secret) {
    throw new CommandError('There is no AccessKey to sign with.', {
      hint: 'Set SAMPAN_ACCESS_KEY_ID and SAMPAN_ACCESS_KEY_SECRET, or give --access-key-id and --access-key-secret for a throw-away key.',
    });
  }
  if (options.accessKeySecret)
    output.note('warning: a secret on the command line can be seen by others; use SAMPAN_ACCESS_KEY_SECRET');
  return { id, secret };
}

function withKey(command: Command): Command {
  return command
    .option('--access-key-id <id>', 'AccessKey ID (SAMPAN_ACCESS_KEY_ID)')
    .option('--access-key-secret <secret>', 'AccessKey Secret, for throw-away keys (SAMPAN_ACCESS_KEY_SECRET)');
}

interface ZStackOptions extends KeyOptions {
  method: string;
  uri: string;
  date?: string;
  timeZone: string;
}

function signForZStack(options: ZStackOptions, output: Output): void {
  const { id, secret } = readKey(options, output);
  const method = options.method.toUpperCase();
  if (!options.uri.startsWith('/'))
    throw new CommandError('--uri must begin with /.', {
      hint: 'Give the path without /zstack and without the query, e.g. /v1/vm-instances',
    });
  if (options.uri.includes('?')) output.note('warning: ZStack does not sign the query; leave it out of --uri');
  const date = options.date ?? zonedDate(Date.now(), options.timeZone);
  const signature = signZStack({ method, date, path: options.uri }, secret);
  const authorization = formatZStackAuthorization(id, signature);
  if (output.json) {
    output.data({ method, uri: options.uri, date, signature, authorization });
    return;
  }
  // The lines of the vendor's two scripts, its spelling included, so that what reads them reads these too.
  output.line(date);
  output.line(`Signature: ${signature}`);
  output.line(`Authoration ${authorization}`);
  output.note(`\nSend: -H "Authorization: ${authorization}" -H "Date: ${date}" -X ${method}`);
}

interface QingzhouOptions extends KeyOptions {
  method: string;
  action: string;
  parameter?: string[];
  nonce?: string;
  timestamp?: string;
  signatureMethod: 'HMAC-SHA1' | 'HMAC-SHA256';
  apiVersion: string;
}

function signForQingzhou(options: QingzhouOptions, output: Output): void {
  const { id, secret } = readKey(options, output);
  const method = options.method.toUpperCase();
  const own = (options.parameter ?? []).map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new CommandError(`${pair} is not NAME=VALUE.`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  const parameters: Record<string, string> = {
    Action: options.action,
    Version: options.apiVersion,
    Format: 'JSON',
    AccessKeyId: id,
    SignatureMethod: options.signatureMethod,
    SignatureVersion: '1.0',
    SignatureNonce: options.nonce ?? randomUUID(),
    Timestamp: options.timestamp ?? formatRpcTimestamp(Date.now()),
    ...Object.fromEntries(own),
  };
  const signature = signQingzhou(method, parameters, secret);
  const query = encodeRpcParameters({ ...parameters, Signature: signature });
  const stringToSign = qingzhouStringToSign(method, parameters);
  if (output.json) {
    output.data({ method, parameters, stringToSign, signature, query });
    return;
  }
  output.line(`StringToSign: ${stringToSign}`);
  output.line(`Signature: ${signature}`);
  output.line(query);
}

interface QingStorOptions extends KeyOptions {
  method: string;
  uri: string;
  bucket?: string;
  header?: string[];
  date?: string;
  expires?: number;
}

function signForQingStor(options: QingStorOptions, output: Output): void {
  const { id, secret } = readKey(options, output);
  const method = options.method.toUpperCase();
  if (!options.uri.startsWith('/'))
    throw new CommandError('--uri must begin with /.', {
      hint: 'Give path and query as they are sent, e.g. /bucket/key?acl',
    });
  const given = (options.header ?? []).map((line) => {
    const at = line.indexOf(':');
    if (at < 1) throw new CommandError(`${line} is not NAME: VALUE.`);
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()] as const;
  });
  const hasDate = given.some(([name]) => name.toLowerCase() === 'x-qs-date');
  const date = hasDate || options.expires !== undefined ? undefined : (options.date ?? formatQingStorDate(Date.now()));
  const expires = options.expires === undefined ? undefined : Math.floor(Date.now() / 1000) + options.expires;
  const headers = { ...Object.fromEntries(given), ...(date !== undefined && { Date: date }) };
  const parts = { method, target: options.uri, virtualHostBucket: options.bucket, headers, expires };
  const stringToSign = qingstorStringToSign(parts);
  const signature = signQingStor(parts, secret);
  if (expires !== undefined) {
    const key = { accessKeyId: id, secretAccessKey: secret };
    const target = presignQingStor(key, { ...parts, expires });
    if (output.json) output.data({ method, stringToSign, signature, expires, target });
    else output.line(target);
    return;
  }
  const authorization = formatQingStorAuthorization(id, signature);
  if (output.json) {
    output.data({ method, uri: options.uri, date, stringToSign, signature, authorization });
    return;
  }
  output.line(`StringToSign: ${JSON.stringify(stringToSign)}`);
  output.line(`Signature: ${signature}`);
  output.line(`Authorization: ${authorization}`);
  if (date !== undefined) output.line(`Date: ${date}`);
}

export function addSignCommands(program: Command): void {
  const sign = program.command('sign').description('sign a request by hand, without a server');

  withKey(sign.command('zstack'))
    .description('ZStack’s AccessKey scheme; prints date, signature and header as the vendor’s scripts do')
    .requiredOption(
      '--uri <path>',
      'path without /zstack and without the query, e.g. /v1/vm-instances; for Sampan’s own API the whole path, e.g. /api/v1/hosts',
    )
    .option('--method <method>', 'HTTP method', 'GET')
    .option('--date <text>', 'the text of the Date header, e.g. "Fri, 06 Aug 2021 17:58:34 PRC"; now when not given')
    .option('--time-zone <zone>', 'zone of the date that is made: GMT, PRC or any other zone id', 'PRC')
    .action((options: ZStackOptions, command: Command) => signForZStack(options, contextOf(command).output));

  withKey(sign.command('qingzhou'))
    .description('Qingzhou’s OpenAPI (signature version 1.0); prints string to sign, signature and query')
    .requiredOption('--action <name>', 'e.g. DescribeRegions')
    .option('--method <method>', 'HTTP method', 'GET')
    .option('--parameter <name=value...>', 'further parameters; may be repeated')
    .option('--nonce <text>', 'SignatureNonce; random when not given')
    .option('--timestamp <time>', 'YYYY-MM-DDThh:mm:ssZ; now when not given')
    .option('--signature-method <name>', 'HMAC-SHA1 or HMAC-SHA256', 'HMAC-SHA1')
    .option('--api-version <date>', 'Version', '2024-06-01')
    .action((options: QingzhouOptions, command: Command) => signForQingzhou(options, contextOf(command).output));

  withKey(sign.command('qingstor'))
    .description('QingStor’s signature; prints string to sign, signature and headers, or a presigned target')
    .requiredOption('--uri <target>', 'path and query as they are sent, e.g. /bucket/key?acl')
    .option('--method <method>', 'HTTP method', 'GET')
    .option('--bucket <name>', 'the bucket, when its name is in the host and not in the path')
    .option('--header <name:value...>', 'headers that are sent: Content-MD5, Content-Type, x-qs-…; may be repeated')
    .option('--date <text>', 'the text of the Date header; now when not given')
    .option('--expires <seconds>', 'make a presigned target that is good for so long', wholeNumber(1))
    .action((options: QingStorOptions, command: Command) => signForQingStor(options, contextOf(command).output));
}

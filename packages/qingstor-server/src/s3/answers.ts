import type { QingStorServerError } from '../errors.ts';
import { type AnswerHeaders, type Reply, sendEmpty, sendXml } from '../http/answers.ts';
import { type XmlRecord, xmlDocument } from './xml.ts';

export function sendDocument(
  reply: Reply,
  root: string,
  content: XmlRecord | string,
  headers: AnswerHeaders = {},
): void {
  sendXml(reply, 200, xmlDocument(root, content), headers);
}

export function sendS3Error(reply: Reply, error: QingStorServerError): void {
  const headers: AnswerHeaders =
    error.retryAfterSeconds === undefined ? {} : { 'Retry-After': error.retryAfterSeconds };
  const { s3, s3Status } = error.row;
  if (reply.method === 'HEAD') {
    sendEmpty(reply, s3Status, headers);
    return;
  }
  const content = { Code: s3, Message: error.message, RequestId: reply.requestId };
  sendXml(reply, s3Status, xmlDocument('Error', content, null), headers);
}

import { endpointOf } from '@sampan/driver';
import type { ComputeDriverType } from '../../contract.ts';
import { createQingzhouDriver } from './driver.ts';
import { qingzhouOptions, readQingzhouOptions, validateQingzhouOptions } from './options.ts';

export const qingzhouDriverType: ComputeDriverType = {
  type: 'qingzhou',
  label: { en: 'Qingzhou Cloud', zh: '青州云' },
  description: {
    en: 'Cloud instances of an account at Qingzhou Cloud, by AccessKey.',
    zh: '通过 AccessKey 管理青州云账号下的云主机。',
  },
  notice: {
    en: "The vendor publishes no description of its API's wire format. Signature, field names and error codes are assumed after the widely documented RPC family that its known action names come from, and were proved against a simulator only, not against the vendor. Run Test Connection before you rely on it.",
    zh: '厂商未公开其 API 的报文格式。签名方式、字段名与错误码系按其已知操作名所属的 RPC 接口惯例假定，仅通过模拟器验证，未与厂商实际环境核对。使用前请先测试连接。',
  },
  options: qingzhouOptions,
  capabilities: ['instance.start', 'instance.stop', 'instance.stop.force', 'instance.restart'],
  validate: validateQingzhouOptions,
  endpoint: (options) => endpointOf(readQingzhouOptions(options).endpoint),
  create: (options, environment) => createQingzhouDriver(readQingzhouOptions(options), environment),
};

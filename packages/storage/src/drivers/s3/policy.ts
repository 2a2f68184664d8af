import type { BucketPolicy } from '../../contract.ts';

const OBJECT_ACTIONS = [
  's3:GetObject',
  's3:PutObject',
  's3:DeleteObject',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
];

/** What a key needs for Sampan to keep backups in one bucket below one prefix, and nothing more. */
export function leastPrivilegePolicy(bucket: string, prefix: string): BucketPolicy {
  const arn = `arn:aws:s3:::${bucket}`;
  const statement = [
    { Sid: 'SampanObjects', Effect: 'Allow', Action: OBJECT_ACTIONS, Resource: [`${arn}/${prefix}*`] },
    {
      Sid: 'SampanList',
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource: [arn],
      ...(prefix !== '' && { Condition: { StringLike: { 's3:prefix': [`${prefix}*`] } } }),
    },
    // A condition on the prefix is not known to this action.
    { Sid: 'SampanUploads', Effect: 'Allow', Action: ['s3:ListBucketMultipartUploads'], Resource: [arn] },
  ];
  return {
    document: JSON.stringify({ Version: '2012-10-17', Statement: statement }, null, 2),
    note: {
      en:
        'In the IAM console, create a user for Sampan without console access, attach this as an inline policy, and create ' +
        'an access key for it. In China regions write arn:aws-cn instead of arn:aws. Compatible services take the same ' +
        'document where they have policies at all; some call it a policy of the bucket and want a Principal in each statement.',
      zh:
        '在 IAM 控制台中为 Sampan 创建一个不能登录控制台的用户，将本文档作为其内联策略，并为其创建访问密钥。' +
        '中国区域请将 arn:aws 改为 arn:aws-cn。兼容服务若支持策略，一般可使用同一文档；' +
        '部分服务将其作为 Bucket 策略，需在每条语句中加入 Principal。',
    },
  };
}

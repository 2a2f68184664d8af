import type { BucketPolicy } from '../../contract.ts';
import { normalPrefix } from '../../keys.ts';

/** What the driver asks for, in the vendor's words. Source: the vendor's page on bucket policies. */
const OBJECT_ACTIONS = [
  'get_object',
  'head_object',
  'create_object',
  'delete_object',
  'initiate_multipart_upload',
  'upload_object_part',
  'list_object_parts',
  'complete_multipart_upload',
  'abort_multipart_upload',
] as const;
const BUCKET_ACTIONS = ['list_objects', 'head_bucket', 'get_bucket_stats', 'list_multipart_uploads'] as const;

/** What a key needs for Sampan to keep backups in one bucket below one prefix, and nothing more. */
export function leastPrivilegePolicy(bucket: string, typedPrefix: string): BucketPolicy {
  // Without the slash at its end `sampan` would cover `sampan-other` too.
  const prefix = normalPrefix(typedPrefix);
  const statement = [
    {
      id: 'sampan-objects',
      user: 'usr-REPLACE-WITH-THE-USER-OF-THE-KEY',
      action: OBJECT_ACTIONS,
      effect: 'allow',
      resource: [`${bucket}/${prefix}*`],
    },
    {
      id: 'sampan-bucket',
      user: 'usr-REPLACE-WITH-THE-USER-OF-THE-KEY',
      action: BUCKET_ACTIONS,
      effect: 'allow',
      resource: [bucket],
    },
  ];
  return {
    document: JSON.stringify({ statement }, null, 2),
    note: {
      en:
        'Create a sub-account for Sampan with an Access Key of its own. In the QingCloud Console open the bucket, its ' +
        'settings, and "Bucket Policy", and paste this with the id of that user. The vendor documents some actions of ' +
        'multipart uploads under two names; if the console refuses one, write e.g. upload_multipart for upload_object_part.',
      zh:
        '为 Sampan 建立一个子账户并创建其专用的 Access Key。在 QingCloud 控制台中打开该 Bucket 的设置 →“存储空间策略”，' +
        '将用户 ID 换成该子账户后粘贴。厂商文档中部分分片上传动作有两种写法；若控制台拒绝其中一种，' +
        '请改用另一种（例如以 upload_multipart 代替 upload_object_part）。',
    },
  };
}

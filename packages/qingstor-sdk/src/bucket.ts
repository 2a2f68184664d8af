import { bucketExists, bucketStats, createBucket, deleteBucket } from './buckets.ts';
import { download } from './download.ts';
import { uploadForm } from './form.ts';
import { deleteObjects, listPage, listPages } from './list-objects.ts';
import { listAllUploads, listUploads } from './list-uploads.ts';
import { abortUpload, completeUpload, copyPart, initiateUpload, listParts, uploadPart } from './multipart.ts';
import { checkBucketName, checkKey } from './names.ts';
import { appendObject, copyObject, deleteObject, headObject, moveObject } from './objects.ts';
import { presign } from './presign.ts';
import type { Requests } from './requests.ts';
import { bucketSettings } from './settings.ts';
import { upload } from './upload.ts';

/** The rest of a function's parameters, after the connection and the bucket. */
type Rest<Work> = Work extends (requests: Requests, bucket: string, ...rest: infer Given) => unknown ? Given : never;
type RestOfKey<Work> = Work extends (requests: Requests, bucket: string, key: string, ...rest: infer Given) => unknown
  ? Given
  : never;
/** With the upload's key and id instead of its whole name. */
type RestOfUpload<Work> = Work extends (requests: Requests, name: infer _, ...rest: infer Given) => unknown
  ? Given
  : never;

/** One bucket; made without a request. Throws `invalid_option` for a name that no bucket can have. */
export function createBucketClient(requests: Requests, bucket: string) {
  checkBucketName(bucket);
  const named = (key: string, uploadId: string) => ({ bucket, key: checkKey(key), uploadId });
  return {
    name: bucket,
    settings: bucketSettings(requests, bucket),

    create: (...rest: Rest<typeof createBucket>) => createBucket(requests, bucket, ...rest),
    exists: (...rest: Rest<typeof bucketExists>) => bucketExists(requests, bucket, ...rest),
    stats: (...rest: Rest<typeof bucketStats>) => bucketStats(requests, bucket, ...rest),
    delete: (...rest: Rest<typeof deleteBucket>) => deleteBucket(requests, bucket, ...rest),

    list: (...rest: Rest<typeof listPage>) => listPage(requests, bucket, ...rest),
    pages: (...rest: Rest<typeof listPages>) => listPages(requests, bucket, ...rest),
    deleteObjects: (...rest: Rest<typeof deleteObjects>) => deleteObjects(requests, bucket, ...rest),

    upload: (key: string, ...rest: RestOfKey<typeof upload>) => upload(requests, bucket, checkKey(key), ...rest),
    download: (key: string, ...rest: RestOfKey<typeof download>) => download(requests, bucket, checkKey(key), ...rest),
    head: (key: string, ...rest: RestOfKey<typeof headObject>) => headObject(requests, bucket, checkKey(key), ...rest),
    deleteObject: (key: string, ...rest: RestOfKey<typeof deleteObject>) =>
      deleteObject(requests, bucket, checkKey(key), ...rest),
    /** To `key`, from the second parameter. */
    copy: (key: string, ...rest: RestOfKey<typeof copyObject>) => copyObject(requests, bucket, checkKey(key), ...rest),
    /** To `key`, from the second parameter. */
    move: (key: string, ...rest: RestOfKey<typeof moveObject>) => moveObject(requests, bucket, checkKey(key), ...rest),
    append: (key: string, ...rest: RestOfKey<typeof appendObject>) =>
      appendObject(requests, bucket, checkKey(key), ...rest),
    presign: (key: string, ...rest: RestOfKey<typeof presign>) => presign(requests, bucket, checkKey(key), ...rest),
    uploadForm: (...rest: Rest<typeof uploadForm>) => uploadForm(requests, bucket, ...rest),

    /** The steps of a multipart upload, one by one; `upload` does them all. */
    multipart: {
      list: (...rest: Rest<typeof listUploads>) => listUploads(requests, bucket, ...rest),
      all: (...rest: Rest<typeof listAllUploads>) => listAllUploads(requests, bucket, ...rest),
      initiate: (key: string, ...rest: RestOfKey<typeof initiateUpload>) =>
        initiateUpload(requests, bucket, checkKey(key), ...rest),
      put: (key: string, uploadId: string, ...rest: RestOfUpload<typeof uploadPart>) =>
        uploadPart(requests, named(key, uploadId), ...rest),
      copy: (key: string, uploadId: string, ...rest: RestOfUpload<typeof copyPart>) =>
        copyPart(requests, named(key, uploadId), ...rest),
      parts: (key: string, uploadId: string, ...rest: RestOfUpload<typeof listParts>) =>
        listParts(requests, named(key, uploadId), ...rest),
      complete: (key: string, uploadId: string, ...rest: RestOfUpload<typeof completeUpload>) =>
        completeUpload(requests, named(key, uploadId), ...rest),
      abort: (key: string, uploadId: string, ...rest: RestOfUpload<typeof abortUpload>) =>
        abortUpload(requests, named(key, uploadId), ...rest),
    },
  };
}

export type QingStorBucket = ReturnType<typeof createBucketClient>;

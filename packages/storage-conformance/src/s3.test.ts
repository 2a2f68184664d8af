import { describe, test } from 'node:test';
import { storageConformance } from './suite.ts';
import { qingstorS3Harness } from './testing/qingstor-s3.ts';

storageConformance({ describe, test }, { name: 's3, against a QingStor server', create: () => qingstorS3Harness() });

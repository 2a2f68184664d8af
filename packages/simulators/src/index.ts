export * from './qingzhou/index.ts';

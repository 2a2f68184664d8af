export type Role = 'administrator' | 'operator' | 'read_only';

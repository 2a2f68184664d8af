/**
 * The shape that a translation must have: every text of the English one. Chinese has one plural form, so the English
 * `_one` has no counterpart.
 */
export type Translation<T> = {
  [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string ? string : Translation<T[K]>;
};

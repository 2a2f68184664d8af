/** What an error code means. `detailed` is used when the error brings every value that it names. */
export interface ErrorEntry {
  message: string;
  detailed?: string;
  hint: string;
}

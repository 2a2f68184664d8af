/**
 * Loaded before a file of tests. When nothing is left to do, and not before, the process ends without taking itself apart: Node
 * sometimes turns round for ever in there, seen once in `Environment::CleanupHandles` after tests of SFTP, and told by others
 * (https://github.com/nodejs/node/issues/47748). Its cause is not known to us.
 */
process.once('beforeExit', () => {
  // Registered now, it comes after what the tests themselves do at the exit.
  process.on('exit', (code) => process.reallyExit(code));
});

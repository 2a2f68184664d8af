export const systemErrors = {
  bad_recovery_key: {
    message: 'This is no recovery key: a letter is wrong, or some are missing.',
    hint: 'It begins with AGE-SECRET-KEY-1 and has 74 characters. Compare it with what you kept.',
  },
  wrong_recovery_key: {
    message: 'This recovery key belongs to another server, or was replaced.',
    hint: 'Use the one that was made last on this server.',
  },
  no_recovery_key: { message: 'There is no recovery key yet.', hint: 'Make one.' },
  recovery_key_exists: {
    message: 'There is a recovery key already.',
    hint: 'Check whether you still have it. When it is lost, replace it.',
  },
  no_next_secret_key: {
    message: 'The setting gives only the secret key that is in use.',
    hint: 'Add a new one behind it on every server, with a comma or a line end between (openssl rand -hex 32). With SAMPAN_SECRET_KEY, restart them.',
  },
  secret_key_not_usable: {
    message: 'The new secret key could not be made or read.',
    detailed: 'The new secret key could not be made or read: {reason}',
    hint: 'Correct that, and start the change again. Nothing was changed.',
  },
  secret_key_not_everywhere: {
    message: 'Some servers do not have the new secret key.',
    detailed: 'These servers do not have the new secret key {key}: {servers}.',
    hint: 'Put it where their key is kept, and start the change again. Until then nothing is sealed with it.',
  },
  secret_key_not_followed: {
    message: 'Some servers still seal with the old secret key.',
    detailed: 'These servers still seal with the old secret key: {servers}.',
    hint: 'Restart them, and start the change again.',
  },
  database_was_copied: {
    message: 'This was under way when the copy of the database was made from which this server was started.',
    hint: 'Look whether it was done, and start it again if not.',
  },
};

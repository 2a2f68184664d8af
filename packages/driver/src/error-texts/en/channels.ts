export const channelErrors = {
  channel_unreachable: {
    message: 'The other side was not reached.',
    detailed: '{host} was not reached: {reason}.',
    hint: 'Check the address, the network of the server and its firewall.',
  },
  channel_timeout: {
    message: 'The other side did not answer in time.',
    detailed: '{host} did not answer within {seconds} s.',
    hint: 'The message may have arrived all the same; it is sent again.',
  },
  channel_tls_failed: {
    message: 'The certificate is not accepted.',
    detailed: 'The certificate of {host} is not accepted: {reason}.',
    hint: 'Mend the certificate, or give the CA that issued it.',
  },
  channel_redirected: {
    message: 'The address answers with a redirect, which is not followed.',
    hint: 'Give the address that it leads to.',
  },
  channel_bad_signature: {
    message: 'The signature is not accepted.',
    hint: 'Copy the signing secret of the robot again, and check the clock of the server.',
  },
  channel_keyword_missing: {
    message: 'The robot takes only messages with its keyword.',
    hint: 'Add the keyword "Sampan" to the robot, or use a signature instead.',
  },
  channel_address_not_allowed: {
    message: 'The robot does not take messages from this address.',
    hint: 'Add the address of the server to the list of the robot.',
  },
  channel_throttled: {
    message: 'Too many messages.',
    hint: 'They are sent later. A digest sends fewer.',
  },
  channel_gone: {
    message: 'The other side does not know this robot, group or token any more.',
    hint: 'Make it anew there and give its address here.',
  },
  channel_message_refused: {
    message: 'The message is not accepted.',
    hint: 'Look at what the other side says.',
  },
  channel_login_failed: {
    message: 'The login is not accepted.',
    hint: 'Check user name and password or token. Many mail providers want a password for applications.',
  },
  channel_recipient_refused: {
    message: 'A sender or recipient is not accepted.',
    hint: 'Check the addresses.',
  },
  channel_unavailable: {
    message: 'The other side cannot take messages now.',
    hint: 'It is sent again later.',
  },
};

// Loaded into the server of a test (NODE_OPTIONS=--import=…): names below `.test`, which no name server knows by
// RFC 6761, are this machine. So the test can run a QingStor that has zones and buckets in its names, as the vendor's has.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

const systemLookup = dns.lookup;

dns.lookup = function lookup(hostname, options, callback) {
  const [wanted, done] = typeof options === 'function' ? [{}, options] : [options, callback];
  const isOurs = /(^|\.)qingstor\.test$/i.test(hostname);
  return systemLookup(isOurs ? '127.0.0.1' : hostname, wanted, done);
};
syncBuiltinESMExports();

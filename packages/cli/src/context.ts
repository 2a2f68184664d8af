import type { Command } from 'commander';
import { Api } from './client/api.ts';
import { connection } from './client/profile.ts';
import { Output } from './output/output.ts';

interface GlobalOptions {
  json?: boolean;
  profile: string;
}

export interface Context {
  output: Output;
  /** Made when first asked for: commands that need no server work without one. */
  api: () => Api;
  profile: string;
}

/** What a command works with, from the options that every command has. */
export function contextOf(command: Command): Context {
  const options = command.optsWithGlobals<GlobalOptions>();
  const output = new Output(options.json === true);
  let api: Api | undefined;
  return {
    output,
    profile: options.profile,
    api: () => {
      api ??= new Api(connection(process.env, options.profile));
      return api;
    },
  };
}

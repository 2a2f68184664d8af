import { Command } from 'commander';
import packageJson from '../package.json' with { type: 'json' };
import { addAccessKeyCommands } from './commands/access-key.ts';
import { addAuditCommands } from './commands/audit.ts';
import { addBackupCommands } from './commands/backup.ts';
import { addBucketCommands } from './commands/bucket.ts';
import { addChannelCommands } from './commands/channel.ts';
import { addHostCommands } from './commands/host.ts';
import { addInstanceCommands } from './commands/instance.ts';
import { addLoginCommands } from './commands/login.ts';
import { addObjectCommands } from './commands/object.ts';
import { addOperationCommands } from './commands/operation.ts';
import { addPlanCommands } from './commands/plan.ts';
import { addQingStorServerCommand } from './commands/qingstor-server.ts';
import { addRepositoryCommands } from './commands/repository.ts';
import { addRestoreCommands } from './commands/restore.ts';
import { addSignCommands } from './commands/sign.ts';
import { addSimulateCommands } from './commands/simulate.ts';
import { addStorageCommands } from './commands/storage.ts';
import { addSystemCommands } from './commands/system.ts';
import { addUserCommands } from './commands/user.ts';

const AFTER = `
Environment: SAMPAN_URL, SAMPAN_ACCESS_KEY_ID, SAMPAN_ACCESS_KEY_SECRET (instead of a profile made by \`sampan login\`).
Exit codes: 0 done, 1 the server, the cloud or the operation said no, 2 wrong command line, 3 not signed in or not allowed,
4 the server was not reached.`;

/** Every command; noun, then verb. */
export function makeProgram(): Command {
  const program = new Command('sampan')
    .description('Hosts, storages and backups in one place, from the command line')
    .version(packageJson.version)
    .option('--json', 'print JSON for programs')
    .option('--profile <name>', 'which login to use', process.env.SAMPAN_PROFILE ?? 'default')
    .showHelpAfterError('(add --help for help)')
    .addHelpText('after', AFTER);
  addLoginCommands(program);
  addHostCommands(program);
  addInstanceCommands(program);
  addStorageCommands(program);
  addBucketCommands(program);
  addObjectCommands(program);
  addPlanCommands(program);
  addBackupCommands(program);
  addRestoreCommands(program);
  addRepositoryCommands(program);
  addChannelCommands(program);
  addOperationCommands(program);
  addAccessKeyCommands(program);
  addUserCommands(program);
  addAuditCommands(program);
  addSystemCommands(program);
  addSignCommands(program);
  addSimulateCommands(program);
  addQingStorServerCommand(program);
  acceptGlobalsEverywhere(program);
  return program;
}

/** `--json` may stand at the end of the line too, where people type it. */
function acceptGlobalsEverywhere(program: Command): void {
  const visit = (command: Command): void => {
    for (const child of command.commands) {
      if (child.commands.length === 0)
        child.option('--json', 'print JSON for programs').option('--profile <name>', 'which login to use');
      child.exitOverride();
      visit(child);
    }
  };
  visit(program);
  program.exitOverride();
}

export const backupErrors = {
  append_only: {
    message: 'The repository is append only.',
    hint: 'Nothing of it is deleted or replaced by Sampan; change that in its settings.',
  },
  bad_format: { message: 'This does not have the form that is needed.', hint: 'Correct it and try again.' },
  drill_failed: {
    message: 'The backup does not bring back what there was.',
    hint: 'Restore what matters from a mirror, and check the repository with all of its data. New backups may build on what is damaged: repair it, or begin a new repository.',
  },
  drill_not_done: {
    message: 'The samples of the drill could not be restored on this server.',
    hint: 'Make room on the disk of SAMPAN_DATA, and drill again. This says nothing about the backup.',
  },
  folder_taken: {
    message: 'Another repository is at this place of the storage.',
    detailed: 'The repository {name} lies in {folder} there.',
    hint: 'Choose a folder that is not inside of another repository and holds none.',
  },
  gateway_failed: { message: 'The way to the storage failed.', hint: 'Try again; then look at the log of the server.' },
  hook_failed: { message: 'A hook failed.', hint: 'Look at the log of the operation.' },
  interrupted: { message: 'The server stopped in the middle.', hint: 'Start it again.' },
  invalid_schedule: { message: 'The schedule is not valid.', hint: 'Correct it; the next runs are shown below it.' },
  mirror_incomplete: { message: 'Some backups could not be copied to the mirror.', hint: 'Copy again later.' },
  no_source: { message: 'Nothing of what is to be backed up is there.', hint: 'Check the paths of the plan.' },
  not_in_backup: { message: 'This is not in the backup.', hint: 'Choose something that is shown in it.' },
  not_indexed: {
    message: 'The list of files of this backup is being made.',
    hint: 'It is shown when the operation has ended.',
  },
  nothing_to_restore: { message: 'There is nothing to restore.', hint: 'Choose something else of the backup.' },
  path_not_allowed: {
    message: 'This folder is not allowed.',
    detailed: '{path} is not allowed.',
    hint: 'Choose another folder, or ask an administrator.',
  },
  several_series: {
    message: 'There are backups of several plans or machines here.',
    hint: 'Make a plan for each, and name the snapshots of each.',
  },
  several_snapshots: {
    message: 'Several snapshots begin with this.',
    detailed: 'Several snapshots begin with {id}.',
    hint: 'Give more of its characters.',
  },
  plan_on_other_node: {
    message: 'The plan belongs to another server.',
    detailed: 'The plan belongs to the server {node}.',
    hint: 'Open the console of that server.',
  },
  repository_damaged: {
    message: 'The repository is damaged.',
    hint: 'Restore what matters from a mirror. A check that reads all data names what is damaged. New backups may build on it: repair it with `restic repair`, or begin a new repository.',
  },
  repository_exists: {
    message: 'There is a repository already.',
    hint: 'Choose another folder, or adopt it with its password.',
  },
  repository_in_use: {
    message: 'Plans use this repository.',
    hint: 'Delete those plans, or take it out of them first.',
  },
  repository_locked: {
    message: 'The repository is locked by somebody else.',
    hint: 'Wait, cancel a check or tidying that takes long, or take away stale locks on its page.',
  },
  repository_not_found: {
    message: 'There is no repository at this place.',
    hint: 'Check the storage and the folder.',
  },
  restic_failed: { message: 'The backup engine failed.', hint: 'Look at the log of the operation.' },
  restic_missing: {
    message: 'The backup engine restic was not found.',
    hint: 'Install restic on this server; 0.18 or newer has everything, 0.14 is the oldest.',
  },
  restic_too_old: { message: 'The backup engine restic is too old.', hint: 'Install a newer one on this server.' },
  restore_failed: { message: 'Nothing could be restored.', hint: 'Look at the rights and the space of the target.' },
  wrong_repository_password: {
    message: 'The password of the repository is wrong.',
    hint: 'Take it from the latest recovery sheet.',
  },
};

/** The commands `schedule` and `prescale` as they are written on the command line. */
import { Option, type Command } from 'commander';
import { CLOSING_EVENTS } from '@heroes/crds/schedule.ts';
import type { Closing } from './closing.ts';
import type { ClusterOptions } from './connect.ts';
import type { Drawing } from './day-text.ts';
import { listFile, type ListingOptions } from './listing.ts';
import type { Asked } from './prescaling.ts';
import { runImport, type ImportOptions } from './import/import.ts';
import { runClose, runPrescale, runSchedule } from './schedule-command.ts';
import { onCluster, outputOption, print, read } from './terminal.ts';

type ScheduleOptions = ClusterOptions & ListingOptions & { readonly filename?: string; readonly date?: string };

/** Said where a spec is changed that a repository may hold as well. */
const OWNERSHIP = `
It is written in the name of the field manager kubectl-heroes, and nothing but that. A GitOps tool that applies on the
server's side (Flux; Argo CD with ServerSideApply=true) leaves it alone while its repository says nothing of it, and takes it
back once it does. Argo CD without that option takes a closed date back when it syncs: it compares lists as a whole. Let it
ignore what kubectl-heroes manages (ignoreDifferences, managedFieldsManagers), or write the date into the repository too.`;

export function addScheduleCommands(program: Command): void {
  const schedule = onCluster(program.command('schedule'))
    .description('draws the day of a HeroesPlatform of the cluster, or lists the floor over a range of time')
    .argument('[name]', 'a HeroesPlatform of the cluster, or of the file')
    .option('-f, --filename <file>', 'file with the HeroesPlatform, - for stdin: its floor, offline')
    .option('--from <time>', 'instant, or date or time of the district (default: today)')
    .option('--to <time>', 'the same (default: a week later)')
    .option('--date <date>', 'day to draw (default: today)')
    .addOption(outputOption())
    .action(async (name: string | undefined, { filename, ...options }: ScheduleOptions) => {
      const nowMs = Date.now();
      if (filename !== undefined) {
        print(listFile(read(filename), { ...options, ...(name === undefined ? {} : { name }) }, nowMs));
        return;
      }
      if (name === undefined) program.error('Name a HeroesPlatform, or a file with -f.');
      print(await runSchedule(name, options, { nowMs, ...drawing() }));
    });
  addImport(schedule);
  addClose(schedule);
  addPrescale(program);
}

function addImport(schedule: Command): void {
  schedule
    .command('import')
    .description(
      'prints the schedule block of a HeroesPlatform from the files of another system, with what could not be mapped',
    )
    .option(
      '--ed-fi <dir>',
      'Ed-Fi export: the interchanges EducationOrganization, EducationOrgCalendar, MasterSchedule',
    )
    .option(
      '--oneroster <dir>',
      'OneRoster 1.1 or 1.2 export: academicSessions.csv, classes.csv, orgs.csv, enrollments.csv',
    )
    .option('--ics <file>', 'iCalendar file of a school')
    .option('--bells <file>', 'YAML with a list of periods for each kind of day, for sources without times')
    .option('--students <count>', 'in class at once, where the source does not say')
    .option('--time-zone <zone>', 'of the district, for times of an iCalendar file that are given in UTC')
    .action((options: ImportOptions) => {
      print(runImport(options, Date.now()));
    });
}

function addClose(schedule: Command): void {
  onCluster(schedule.command('close'))
    .description('closes a date in the calendars of a HeroesPlatform: nobody is in class')
    .argument('<name>', 'a HeroesPlatform of the cluster')
    .requiredOption('--date <date>', 'local date, as 2026-12-02')
    .addOption(new Option('--event <event>', 'why').choices([...CLOSING_EVENTS]).makeOptionMandatory())
    .option('--calendar <name>', 'one calendar (default: all of them)')
    .addHelpText('after', OWNERSHIP)
    .action(async (name: string, options: ClusterOptions & Closing) => {
      print(await runClose(name, options));
    });
}

function addPrescale(program: Command): void {
  onCluster(program.command('prescale'))
    .description('holds at least so many API pods for a while, beside the calendar (spec.schedule.prescale)')
    .argument('<name>', 'a HeroesPlatform of the cluster')
    .option('--replicas <count>', 'fewest API pods')
    .option('--for <span>', 'for how long, as 45m or 1h30m, at most 7d; 0 ends it')
    .option('--reason <text>', 'why, for the status and the events')
    .option('--clear', 'ends it')
    .addHelpText('after', OWNERSHIP)
    .action(async (name: string, options: ClusterOptions & Asked) => {
      print(await runPrescale(name, options, { nowMs: Date.now() }));
    });
}

/** Plain, and as wide as a terminal usually is, where there is none. */
function drawing(): Drawing {
  const { isTTY, columns } = process.stdout;
  const rich = isTTY && process.env.TERM !== 'dumb';
  return { columns: isTTY ? columns : 80, rich, colour: rich && (process.env.NO_COLOR ?? '') === '' };
}

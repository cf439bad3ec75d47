/** Pure: how a case of an alert is written for `promtool test rules`. */

/** Length of every series, in steps of the rules' interval. */
const STEPS = 400;
const SECONDS = 30;
/** Room for a window of `rate` and for the evaluation. */
const SETTLED_MINUTES = 7;

export const growing = (perStep: number): string => `0+${perStep}x${STEPS}`;
export const constant = (value: number): string => `${value}+0x${STEPS}`;

/** @returns a series that stands still at a value, and from a minute on at another one. */
export function stepped(before: number, minutes: number, after: number): string {
  const steps = stepsIn(minutes);
  return `${before}+0x${steps - 1} ${after}+0x${STEPS - steps}`;
}

/** @returns a series that goes up by one so many times, each after standing still for a while. */
export function stairs(times: number, { everyMinutes }: { readonly everyMinutes: number }): string {
  const flights = Array.from({ length: times }, (_, flight) => `${flight}+0x${stepsIn(everyMinutes) - 1}`);
  return [...flights, constant(times)].join(' ');
}

const stepsIn = (minutes: number): number => (minutes * 60) / SECONDS;

export interface Case {
  readonly title: string;
  readonly alert: string;
  /** Of the alert when it fires. */
  readonly labels: Readonly<Record<string, string>>;
  readonly series: Readonly<Record<string, string>>;
  /** When the alert is looked at, minutes after the series began. */
  readonly atMinutes: number;
  readonly fires: boolean;
}

export interface Threshold {
  readonly alert: string;
  readonly labels: Case['labels'];
  readonly forMinutes: number;
  /** Minutes until the expression sees the whole of its window. */
  readonly settledMinutes?: number;
  readonly above: Case['series'];
  readonly below: Case['series'];
}

/** @returns three cases for each threshold: it fires above, not before its time, and not below. */
export function casesOf(thresholds: readonly Threshold[]): Case[] {
  return thresholds.flatMap(({ alert, labels, forMinutes, settledMinutes = SETTLED_MINUTES, above, below }) => {
    const common = { alert, labels };
    const late = forMinutes + Math.max(60, settledMinutes);
    return [
      {
        ...common,
        title: `${alert} fires above its threshold`,
        series: above,
        atMinutes: forMinutes + settledMinutes,
        fires: true,
      },
      { ...common, title: `${alert} waits for its time`, series: above, atMinutes: forMinutes - 0.5, fires: false },
      { ...common, title: `${alert} is silent below its threshold`, series: below, atMinutes: late, fires: false },
    ];
  });
}

/** @returns the file that promtool reads. */
export function promtoolTests(cases: readonly Case[], ruleFile: string): object {
  return {
    rule_files: [ruleFile],
    evaluation_interval: `${SECONDS}s`,
    tests: cases.map(({ title, alert, labels, series, atMinutes, fires }) => ({
      name: title,
      interval: `${SECONDS}s`,
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [
        {
          // The title is a comment: promtool names a case that fails by its expression alone.
          expr: `ALERTS{alertname="${alert}",alertstate="firing"} # ${title}`,
          eval_time: `${atMinutes * 60}s`,
          exp_samples: fires ? [{ labels: firing(alert, labels), value: 1 }] : [],
        },
      ],
    })),
  };
}

function firing(alert: string, labels: Case['labels']): string {
  const all = Object.entries({ alertname: alert, alertstate: 'firing', ...labels });
  return `ALERTS{${all.map(([name, value]) => `${name}="${value}"`).join(',')}}`;
}

/** What the operator does, and whether it keeps up: the rows of its dashboard on leadership, reconciles and the queue. */
import type { Row } from './grafana.ts';
import { of, ofLeader, perSecond, quantiles } from './operator-series.ts';
import { OPERATOR_SLO } from './operator-slo.ts';
import { max, sum } from './promql.ts';

export const leadership: Row = {
  title: 'Leadership',
  panels: [
    {
      title: 'Leaders',
      description: 'Exactly one. None: nothing is reconciled (HeroesOperatorDown).',
      unit: 'none',
      draw: 'number',
      limit: { below: 1 },
      queries: [{ expr: sum(of('leader_election_master_status')), legend: 'leaders' }],
    },
    {
      title: 'Replicas up',
      description: 'Pods that Prometheus can scrape. With two, one stands by with filled caches.',
      unit: 'none',
      draw: 'number',
      limit: { below: 1 },
      queries: [{ expr: sum(of('up')), legend: 'up' }],
    },
    {
      title: 'Who leads',
      description: 'A change is a hand-over: after an upgrade, a drain, or a lease that could not be renewed.',
      unit: 'none',
      draw: 'steps',
      queries: [{ expr: max(of('leader_election_master_status'), 'pod'), legend: '{{pod}}' }],
    },
    {
      title: 'Lease: renewals that had to read it first',
      description: 'Nearly none. Many: somebody else writes the lease, or renewals time out.',
      unit: 'ops',
      queries: [{ expr: perSecond('leader_election_slowpath_total', 'pod'), legend: '{{pod}}' }],
    },
    {
      title: 'Age of the process',
      description: 'A fall is a start. Falls again and again: HeroesOperatorRestarts.',
      unit: 's',
      queries: [{ expr: `time() - ${max(of('process_start_time_seconds'), 'pod')}`, legend: '{{pod}}' }],
    },
  ],
};

export const reconciles: Row = {
  title: 'Reconciles',
  panels: [
    {
      title: 'Reconciles by result',
      description: 'A converged fleet is quiet but for the bells. requeue_after: it changes by time alone.',
      unit: 'ops',
      draw: 'stacked',
      queries: [{ expr: perSecond('controller_runtime_reconcile_total', 'result'), legend: '{{result}}' }],
    },
    {
      title: 'Failures',
      description: 'Errors are retried, terminal ones wait for a change; panics are mistakes of the program.',
      unit: 'ops',
      queries: [
        { expr: perSecond('controller_runtime_reconcile_errors_total'), legend: 'errors' },
        { expr: perSecond('controller_runtime_terminal_reconcile_errors_total'), legend: 'terminal' },
        { expr: perSecond('controller_runtime_reconcile_panics_total'), legend: 'panics' },
        { expr: perSecond('controller_runtime_reconcile_timeouts_total'), legend: 'timeouts' },
      ],
    },
    {
      title: 'Duration of a reconcile',
      description: 'From taking a platform to having reported its status. The objective is of p99.',
      unit: 's',
      limit: { above: OPERATOR_SLO.reconcileP99.thresholdSeconds },
      queries: quantiles('controller_runtime_reconcile_time_seconds'),
    },
    {
      title: 'Workers at work',
      description: 'At the maximum for long: raise the chart value workers, or look at the duration.',
      unit: 'none',
      queries: [
        { expr: sum(of('controller_runtime_active_workers')), legend: 'at work' },
        { expr: max(of('controller_runtime_max_concurrent_reconciles')), legend: 'maximum' },
      ],
    },
    {
      title: 'Requests a reconcile',
      description: 'None for a platform that is as it should be, some dozens for one that is made.',
      unit: 'none',
      queries: [
        ...quantiles('controller_runtime_reconcile_requests', [0.5, 0.99]),
        {
          expr: `${perSecond('controller_runtime_reconcile_requests_sum')} / ${perSecond('controller_runtime_reconcile_requests_count')}`,
          legend: 'mean',
        },
      ],
    },
  ],
};

export const queue: Row = {
  title: 'Queue',
  panels: [
    {
      title: 'Platforms that wait, by priority',
      description:
        'Of the leader. Priority -100 is what nobody waits for: the first list after a start, and what asks all again.',
      unit: 'none',
      draw: 'stacked',
      queries: [{ expr: sum(`(${ofLeader(of('workqueue_depth'))})`, 'priority'), legend: 'priority {{priority}}' }],
    },
    {
      title: 'Wait for a worker',
      description: 'The objective is of p99. Above it for long: HeroesOperatorQueueSlow.',
      unit: 's',
      limit: { above: OPERATOR_SLO.queueP99.thresholdSeconds },
      queries: quantiles('workqueue_queue_duration_seconds'),
    },
    {
      title: 'Added and added again',
      description: 'Retries are those after a failure; their delay doubles each time.',
      unit: 'ops',
      queries: [
        { expr: perSecond('workqueue_adds_total'), legend: 'added' },
        { expr: perSecond('workqueue_retries_total'), legend: 'retried' },
      ],
    },
    {
      title: 'Work that is not done',
      description: 'Seconds that the platforms now at work have taken so far, added up.',
      unit: 's',
      queries: [{ expr: max(of('workqueue_unfinished_work_seconds'), 'pod'), legend: '{{pod}}' }],
    },
    {
      title: 'Longest running reconcile',
      description: 'It should end long before the line: HeroesOperatorQueueStuck.',
      unit: 's',
      limit: { above: OPERATOR_SLO.longestWork.thresholdSeconds },
      queries: [{ expr: max(of('workqueue_longest_running_processor_seconds'), 'pod'), legend: '{{pod}}' }],
    },
    {
      title: 'Duration of work on a key',
      description: "A reconcile and the queue's own part.",
      unit: 's',
      queries: quantiles('workqueue_work_duration_seconds'),
    },
  ],
};

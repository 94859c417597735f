// The words of the figure cluster-edge, in both languages.
import type { Locale } from '../../labs/spec/names.ts'
import type { Door, EdgeWalk, Stage } from './edge-walk.ts'

const en = {
  caller: 'Who calls',
  door: 'calls',
  doors: {
    pod: "stock's Pod",
    clusterIP: "stock's ClusterIP",
    nodePort: 'worker, node port',
    partner: 'partner',
  } as Record<Door, string>,
  routes: 'partner has routes to 10.244.0.0/16 and 10.96.0.0/16, by way of worker',
  stages: 'The packet as each machine sends it on',
  columns: ['Leaves', 'Source', 'Destination', 'Rewritten here'],
  gateway: 'gateway',
  rewrote: { source: 'source', destination: 'destination', both: 'both' } as Record<NonNullable<Stage['rewrote']>, string>,
  nothing: 'nothing',
  end: ({ answers, stages }: EdgeWalk) =>
    answers ? `${answers} answers, to ${stages.at(-1)?.source}.` : "Ends at the gateway: it has never heard of the cluster's addresses.",
  caption: 'The rewriting is computed from the rules that the cluster writes on its nodes.',
}
export type EdgeWords = typeof en

const zh: EdgeWords = {
  caller: '谁来访问',
  door: '访问',
  doors: { pod: 'stock 的 Pod', clusterIP: 'stock 的 ClusterIP', nodePort: 'worker 的节点端口', partner: 'partner' },
  routes: 'partner 有去往 10.244.0.0/16 和 10.96.0.0/16 的路由，经由 worker',
  stages: '每台机器送出这个包时，包的样子',
  columns: ['从哪里送出', '源地址', '目的地址', '在这里改写了'],
  gateway: '网关',
  rewrote: { source: '源', destination: '目的', both: '两者' },
  nothing: '没有',
  end: ({ answers, stages }) => (answers ? `${answers} 应答，发往 ${stages.at(-1)?.source}。` : '止于网关：它从没听说过集群里的地址。'),
  caption: '改写的结果，由集群写在节点上的规则算出。',
}

export const edgeWords: Record<Locale, EdgeWords> = { en, 'zh-CN': zh }

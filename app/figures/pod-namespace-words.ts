// The words of the figure pod-namespace, in both languages.
import type { Locale } from '../../labs/spec/scenario.ts'
import type { Call, Caller } from './pod-namespace.ts'

const en = {
  together: 'debug runs',
  inOnePod: 'in the Pod of orders',
  inTwoPods: 'in a Pod of its own',
  listens: { app: 'orders listens on', helper: 'debug listens on' },
  port: { app: 'Port of orders', helper: 'Port of debug' },
  podAddress: "the Pod's address",
  declared: 'The manifest of orders has this port as containerPort',
  failed: 'debug cannot start: Address already in use. Both want this port in one namespace, and their addresses overlap.',
  calls: 'Who calls the port of orders, and who answers',
  columns: ['Caller', 'Calls', 'Answer', 'Looked for in'],
  callers: { app: 'orders itself', helper: 'debug', client: 'client, a Pod on worker', node: 'worker2, the node' } as Record<
    Caller,
    string
  >,
  namespace: (name: string) => `namespace of ${name}`,
  answer: ({ answers }: Call): string =>
    answers === 'app' ? 'orders' : answers === 'helper' ? 'debug, and not orders' : 'refused: nobody listens there',
  caption: 'bind and connect as the kernel decides them: first the namespace, then port and address of the listeners in it.',
}
export type PodNamespaceWords = typeof en

const zh: PodNamespaceWords = {
  together: 'debug 运行在',
  inOnePod: 'orders 的 Pod 里',
  inTwoPods: '自己的 Pod 里',
  listens: { app: 'orders 监听', helper: 'debug 监听' },
  port: { app: 'orders 的端口', helper: 'debug 的端口' },
  podAddress: 'Pod 的地址',
  declared: 'orders 的清单里用 containerPort 写了这个端口',
  failed: 'debug 起不来：Address already in use。两个程序在同一个命名空间里要同一个端口，地址又有重叠。',
  calls: '谁调用 orders 的端口，谁来应答',
  columns: ['调用者', '调用', '结果', '在哪里找监听者'],
  callers: { app: 'orders 自己', helper: 'debug', client: 'client，worker 上的一个 Pod', node: 'worker2，节点本身' },
  namespace: (name) => `${name} 的命名空间`,
  answer: ({ answers }) => (answers === 'app' ? 'orders' : answers === 'helper' ? '是 debug，不是 orders' : '被拒绝：那里没人监听'),
  caption: 'bind 和 connect 按内核的规矩算：先定命名空间，再比其中监听者的端口和地址。',
}

export const podNamespaceWords: Record<Locale, PodNamespaceWords> = { en, 'zh-CN': zh }

// The words of the figure one-choice-per-connection, in both languages.
import type { Locale } from '../../labs/spec/names.ts'

const en = {
  caller: 'Caller',
  callers: { client: 'client', orders: 'an orders Pod' },
  replicas: 'Replicas',
  connections: 'Connections',
  requests: 'Requests over each',
  late: 'one more replica, started when the connections were open',
  again: 'Throw again',
  perPod: 'What each Pod gets',
  columns: ['Pod', 'Connections', 'Requests'],
  flows: (shown: number, of: number) => (shown === of ? 'What conntrack keeps' : `What conntrack keeps: the first ${shown} of ${of}`),
  flowColumns: ['As the caller wrote it', 'As an answer will look'],
  newPort: 'a new port',
  caption: 'The dice go through the rules that the cluster writes, probability by probability.',
}
export type DiceWords = typeof en

const zh: DiceWords = {
  caller: '访问者',
  callers: { client: 'client', orders: '一个 orders Pod' },
  replicas: '副本',
  connections: '连接',
  requests: '每个连接上的请求',
  late: '再加一个副本，在连接打开之后才启动',
  again: '重掷一次',
  perPod: '每个 Pod 得到的',
  columns: ['Pod', '连接', '请求'],
  flows: (shown, of) => (shown === of ? 'conntrack 记下的' : `conntrack 记下的：${of} 条中的前 ${shown} 条`),
  flowColumns: ['访问者写的样子', '应答会有的样子'],
  newPort: '新的端口',
  caption: '骰子逐条走过集群写下的规则，按规则上的概率来掷。',
}

export const diceWords: Record<Locale, DiceWords> = { en, 'zh-CN': zh }

// The words of the figure doors-in, in both languages.
import type { Locale } from '../../labs/spec/scenario.ts'
import { customer, type Door, type DoorsIn, percent } from './doors-in.ts'

const en = {
  policy: 'externalTrafficPolicy',
  podsOn: { worker: 'Pods on worker', worker2: 'Pods on worker2' },
  asks: 'The balancer asks port 32080 of each node first, and leaves out who says 503',
  doors: 'The node port on each node',
  doorColumns: ['Node', 'Port 32080', 'Customers', 'What it does with them'],
  noHealth: 'closed',
  does: {
    own: 'passes them to its own Pods',
    any: 'passes them to any Pod, under its own address',
    drop: 'drops them: has no local endpoints',
    refuse: 'refuses: has no endpoints',
  } as Record<Door['does'], string>,
  pods: 'What the Pods get',
  podColumns: ['Pod', 'Node', 'Customers', 'Sees them as'],
  end: ({ pods, lost }: DoorsIn) => {
    if (lost > 0.999) return 'Nobody is served.'
    const seen = pods.every((p) => p.sees.every((address) => address === customer))
    const whom = seen ? `shop sees each customer's own address` : 'shop sees nodes instead of customers'
    return lost > 0.001 ? `${percent(lost)} of the customers wait in vain; ${whom}.` : `All customers are served; ${whom}.`
  },
  caption: `A balancer deals customers evenly to the nodes. Drops, addresses and shares come from the rules that the cluster writes on each node.`,
}
export type DoorsInWords = typeof en

const zh: DoorsInWords = {
  policy: 'externalTrafficPolicy',
  podsOn: { worker: 'worker 上的 Pod', worker2: 'worker2 上的 Pod' },
  asks: '负载均衡器先问每个节点的 32080 端口，答 503 的不送',
  doors: '每个节点上的节点端口',
  doorColumns: ['节点', '32080 端口', '客户', '怎样处理'],
  noHealth: '关着',
  does: {
    own: '交给自己身上的 Pod',
    any: '交给任意一个 Pod，用的是节点自己的地址',
    drop: '丢弃：has no local endpoints',
    refuse: '拒绝：has no endpoints',
  },
  pods: '各个 Pod 得到的',
  podColumns: ['Pod', '节点', '客户', '看到的地址'],
  end: ({ pods, lost }) => {
    if (lost > 0.999) return '没有一位客户得到服务。'
    const seen = pods.every((p) => p.sees.every((address) => address === customer))
    const whom = seen ? 'shop 看到的是客户自己的地址' : 'shop 看到的是节点，不是客户'
    return lost > 0.001 ? `${percent(lost)} 的客户白等；${whom}。` : `客户全都得到服务；${whom}。`
  },
  caption: '负载均衡器把客户平均分给各个节点。丢弃、地址和份额，都由集群写在每个节点上的规则算出。',
}

export const doorsInWords: Record<Locale, DoorsInWords> = { en, 'zh-CN': zh }

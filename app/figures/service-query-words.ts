// The words of the figure service-is-a-query, in both languages.
import type { Locale } from '../../labs/spec/names.ts'

const en = {
  /** around the Service's name and its selector */
  selects: ['Service', 'selects'] as const,
  selector: 'Selector of the Service',
  putBack: 'Put everything back',
  pods: 'Pods',
  probePasses: 'Probe passes',
  deleted: 'Deleted',
  labelOf: (pod: string) => `Label app of ${pod}`,
  passes: (pod: string) => `${pod} passes its readiness probe`,
  isDeleted: (pod: string) => `${pod} is being deleted`,
  slice: 'EndpointSlice, written by the controller',
  address: 'Address',
  empty: (app: string) => `No Pod carries app=${app}. The slice is empty.`,
  rules: 'Rules on worker, written by kube-proxy',
  rulesShort: 'Rules on worker',
  clientSees: 'A client sees:',
  answers: (pods: number) =>
    pods === 0
      ? 'Connection refused, at once: a REJECT rule answers.'
      : `Answers, from ${pods === 1 ? 'one Pod' : `${pods} Pods in turn, by chance`}.`,
  caption: 'The rules are computed by the function that writes them in the lab. Only the addresses differ.',
}
type ServiceQueryWords = Omit<typeof en, 'selects'> & { selects: readonly [string, string] }

const zh: ServiceQueryWords = {
  selects: ['Service', '选择'],
  selector: 'Service 的选择算符',
  putBack: '全部还原',
  pods: 'Pod',
  probePasses: '探针通过',
  deleted: '已删除',
  labelOf: (pod) => `${pod} 的标签 app`,
  passes: (pod) => `${pod} 通过就绪态探针`,
  isDeleted: (pod) => `${pod} 正在被删除`,
  slice: 'EndpointSlice，由控制器写入',
  address: '地址',
  empty: (app) => `没有 Pod 带有 app=${app}，EndpointSlice 是空的。`,
  rules: 'worker 上的规则，由 kube-proxy 写入',
  rulesShort: 'worker 上的规则',
  clientSees: '客户端看到：',
  answers: (pods) =>
    pods === 0
      ? '连接立刻被拒绝：是一条 REJECT 规则在应答。'
      : `有应答，来自 ${pods === 1 ? '一个 Pod' : `${pods} 个 Pod，每次随机一个`}。`,
  caption: '这些规则由实验里写规则的同一个函数算出，只有地址不同。',
}

export const serviceQueryWords: Record<Locale, ServiceQueryWords> = { en, 'zh-CN': zh }

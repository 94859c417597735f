// The words of the figure policy, in both languages.
import type { Locale } from '../../labs/spec/names.ts'
import type { PeerChoice, PortChoice } from './policy-matrix.ts'

interface MatrixWords {
  applied: string
  second: string
  from: string
  peers: Record<PeerChoice, string>
  port: string
  ports: Record<PortChoice, string>
  caller: string
  service: string
  admin: string
  in: string
  out: string
  absent: string
  caption: string
}

const en: MatrixWords = {
  applied: 'ledger-access is applied',
  second: 'a second policy lets lobby in at 8080',
  from: 'from',
  peers: {
    none: 'no rule',
    pods: 'Pods teller',
    and: 'namespace training and Pods teller: one item',
    or: 'namespace training or Pods teller: two items',
  },
  port: 'port',
  ports: { 8080: '8080', 80: '80', all: 'not named' },
  caller: 'Caller',
  service: 'http://ledger.bank',
  admin: 'Pod, port 9090',
  in: 'gets in',
  out: 'kept out',
  absent: '# no such policy',
  caption: 'Judged by the function that the lab’s own rules are tested against. Change the dash, the port, the number of policies.',
}

const zh: MatrixWords = {
  applied: 'ledger-access 已应用',
  second: '另有一条策略放 lobby 进 8080',
  from: 'from',
  peers: {
    none: '没有规则',
    pods: 'Pod teller',
    and: '命名空间 training 且 Pod teller：一项',
    or: '命名空间 training 或 Pod teller：两项',
  },
  port: '端口',
  ports: { 8080: '8080', 80: '80', all: '不写' },
  caller: '发起者',
  service: 'http://ledger.bank',
  admin: 'Pod 的 9090 端口',
  in: '放行',
  out: '挡住',
  absent: '# 没有这条策略',
  caption: '由检验实验规则的同一个函数判定。改一改短横线、端口，还有策略的条数。',
}

export const matrixWords: Record<Locale, MatrixWords> = { en, 'zh-CN': zh }

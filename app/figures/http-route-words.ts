// The words of the figure http-route, in both languages.
import type { Locale } from '../../labs/spec/scenario.ts'
import type { DoorAnswer } from './http-route.ts'

const en = {
  ingressClass: 'Class',
  none: 'no class',
  host: 'Host',
  path: 'Path',
  pathType: 'Path type',
  port: 'Port of the Service',
  writtenAs: 'The same wish, written as',
  requestHost: 'A customer asks for',
  requestPath: 'and for the path',
  steps: 'What ingress-nginx makes of it',
  columns: ['Question', 'Answer'],
  claimed: 'Is the Ingress shop mine?',
  yes: 'yes',
  server: 'Which host takes the request?',
  noServer: 'none',
  location: 'Which path of that host?',
  noLocation: 'none',
  backend: 'Sent to',
  end: ({ status, location }: DoorAnswer) =>
    status === 404
      ? '404: no rule took the request.'
      : status === 503
        ? '503: a rule took it, and there is nobody behind it.'
        : `200, from a Pod of ${location.backend?.service}.`,
  caption:
    'The rule of the shop can be changed, that of api.shop.example stays. The answers come from the functions with which the lab writes nginx.conf; for the other two APIs only the text is shown.',
}
export type HttpRouteWords = typeof en

const zh: HttpRouteWords = {
  ingressClass: '类',
  none: '不写',
  host: '主机名',
  path: '路径',
  pathType: '路径类型',
  port: 'Service 的端口',
  writtenAs: '同一个意图，写成',
  requestHost: '顾客访问的主机名',
  requestPath: '路径',
  steps: 'ingress-nginx 怎么处理',
  columns: ['问题', '答案'],
  claimed: 'Ingress shop 归我管吗？',
  yes: '归我',
  server: '哪个主机名接这个请求？',
  noServer: '没有',
  location: '这个主机名下的哪条路径？',
  noLocation: '没有',
  backend: '送到',
  end: ({ status, location }) =>
    status === 404
      ? '404：没有规则接这个请求。'
      : status === 503
        ? '503：有规则接了，但后面一个人也没有。'
        : `200，由 ${location.backend?.service} 的一个 Pod 应答。`,
  caption: 'shop 的规则可以改，api.shop.example 的规则不变。答案由实验生成 nginx.conf 所用的函数算出；另外两种 API 只展示写法。',
}

export const httpRouteWords: Record<Locale, HttpRouteWords> = { en, 'zh-CN': zh }

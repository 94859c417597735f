// The words of the figure identity, in both languages.
import type { Locale } from '../../labs/spec/names.ts'
import type { AdminChoice, BaselineChoice, PolicyChoice, Tier, TierAnswer } from './tiers.ts'

interface TiersWords {
  tiers: Record<Tier, string>
  admin: Record<AdminChoice, string>
  policy: Record<PolicyChoice, string>
  baseline: Record<BaselineChoice, string>
  caller: string
  table: string
  result: string
  answers: Record<TierAnswer, string>
  in: string
  out: string
  nobody: string
  caption: string
}

const en: TiersWords = {
  tiers: { admin: 'Admin tier', policy: 'NetworkPolicy', baseline: 'Baseline tier' },
  admin: {
    none: 'no rule',
    'deny-ops': 'Deny from ops',
    'accept-ops': 'Accept from ops',
    'pass-shop': 'Pass from shop, then Deny from everywhere',
  },
  policy: { none: 'none on db', 'db-access': 'db-access: api of shop', 'deny-all': 'default deny' },
  baseline: { none: 'no rule', 'deny-all': 'Deny from everywhere' },
  caller: 'Caller',
  table: 'Calls to db',
  result: 'Result',
  answers: { accept: 'accepts', deny: 'denies', pass: 'passes it on', none: 'no rule fits', unasked: 'not asked' },
  in: 'gets in',
  out: 'kept out',
  nobody: 'gets in: nobody forbids it',
  caption: 'The coloured cell has decided. The middle column is judged by the function that the lab’s own rules are tested against.',
}

const zh: TiersWords = {
  tiers: { admin: 'Admin 层', policy: 'NetworkPolicy', baseline: 'Baseline 层' },
  admin: {
    none: '没有规则',
    'deny-ops': '来自 ops：Deny',
    'accept-ops': '来自 ops：Accept',
    'pass-shop': '来自 shop：Pass，其余一律 Deny',
  },
  policy: { none: 'db 上没有', 'db-access': 'db-access：shop 的 api', 'deny-all': '默认拒绝' },
  baseline: { none: '没有规则', 'deny-all': '一律 Deny' },
  caller: '发起者',
  table: '访问 db',
  result: '结果',
  answers: { accept: '放行', deny: '拒绝', pass: '交给下一层', none: '没有匹配的规则', unasked: '不再过问' },
  in: '进得去',
  out: '挡住',
  nobody: '进得去：没人禁止',
  caption: '着色的那一格作了决定。中间一列由检验实验规则的同一个函数判定。',
}

export const tiersWords: Record<Locale, TiersWords> = { en, 'zh-CN': zh }

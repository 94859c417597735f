// What an Ingress' annotations set for its locations; those of ingress-nginx that are understood here.
import type { IngressObject } from './objects.ts'

export interface LocationSettings {
  /** paths of its host are regular expressions */
  isRegex: boolean
  rewriteTarget: string | undefined
  /** seconds */
  connectTimeout: number
  sendTimeout: number
  readTimeout: number
}

const prefix = 'nginx.ingress.kubernetes.io/'

export function settingsOf(ingress: IngressObject | undefined): LocationSettings {
  const given = (name: string) => ingress?.metadata.annotations?.[`${prefix}${name}`]
  // what is no number is as if it were not there
  const seconds = (name: string, otherwise: number) => (/^\d+$/.test(given(name) ?? '') ? Number(given(name)) : otherwise)
  const rewriteTarget = given('rewrite-target')
  return {
    isRegex: rewriteTarget !== undefined || given('use-regex') === 'true',
    rewriteTarget,
    connectTimeout: seconds('proxy-connect-timeout', 5),
    sendTimeout: seconds('proxy-send-timeout', 60),
    readTimeout: seconds('proxy-read-timeout', 60),
  }
}

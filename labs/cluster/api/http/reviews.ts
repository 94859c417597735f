// auth can-i and auth whoami: admins may do everything, others what authorize.ts lets them.
import { timestamp } from '../durations.ts'
import type { ApiContext } from './api.ts'
import { mayDoAll } from './authorize.ts'
import { readBody } from './body.ts'
import type { ApiAnswer, ApiCall } from './call.ts'

export function accessReview(call: ApiCall): ApiAnswer {
  const review = readBody(call) ?? {}
  return {
    status: 201,
    body: {
      kind: 'SelfSubjectAccessReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: { creationTimestamp: null },
      spec: review.spec ?? {},
      status: { allowed: mayDoAll(call.user) },
    },
  }
}

/** auth can-i --list */
export function rulesReview(call: ApiCall): ApiAnswer {
  const all = mayDoAll(call.user)
  return {
    status: 201,
    body: {
      kind: 'SelfSubjectRulesReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: { creationTimestamp: null },
      spec: {},
      status: {
        resourceRules: all ? [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] : [],
        nonResourceRules: [
          { verbs: all ? ['*'] : ['get'], nonResourceURLs: all ? ['*'] : ['/api', '/apis', '/healthz', '/livez', '/readyz', '/version'] },
        ],
        incomplete: false,
      },
    },
  }
}

export function selfReview({ clock }: ApiContext, call: ApiCall): ApiAnswer {
  return {
    status: 201,
    body: {
      kind: 'SelfSubjectReview',
      apiVersion: 'authentication.k8s.io/v1',
      metadata: { creationTimestamp: timestamp(clock.now()) },
      status: { userInfo: call.user },
    },
  }
}

// auth can-i and auth whoami: everyone who is known may do everything, as in a cluster without RBAC.
import { timestamp } from '../durations.ts'
import type { ApiContext } from './api.ts'
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
      status: { allowed: true },
    },
  }
}

/** auth can-i --list */
export function rulesReview(): ApiAnswer {
  return {
    status: 201,
    body: {
      kind: 'SelfSubjectRulesReview',
      apiVersion: 'authorization.k8s.io/v1',
      metadata: { creationTimestamp: null },
      spec: {},
      status: {
        resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
        nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
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

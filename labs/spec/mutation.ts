// The wrong fixes that a proof makes up for every scenario: what people try when they do not know. Their ids, which scenarios may name.
import { z } from 'zod'

export const mutationKinds = [
  'nonsense',
  'delete-policy',
  'allow-all',
  'flush-table',
  'scale-to-one',
  'recreate-service',
  'hard-coded-address',
  'static-routes',
  'host-network',
  'restart-everything',
] as const
export type MutationKind = (typeof mutationKinds)[number]

/** The kind and what it is done to: `delete-policy:shop/deny-all`, `flush-table:nat`, `restart-everything`. */
export const mutationId = z
  .string()
  .regex(
    new RegExp(`^(?:${mutationKinds.join('|')})(?::[a-z0-9./-]+)?$`),
    `use a name that podwire prove --mutations prints, such as flush-table:nat; kinds are ${mutationKinds.join(', ')}`,
  )

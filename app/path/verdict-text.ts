// The heading over a path: how it ended, where, at which hop. Pure; used by verdict-head.tsx.
import type { PathHop, PathResult } from '../../labs/spec/path.ts'
import type { IconName } from '../shell/sprite.tsx'
import type { Texts } from '../texts/texts.ts'

/** `pod/shop:web-0/app` → `pod web-0 in shop`; nodes and hosts by their bare name. */
export function placeText(place: string, texts: Texts): string {
  const pod = /^(?:pod|deploy)\/(?:([^:]+):)?([^/]+)/.exec(place)
  return pod ? texts.path.pod(pod[2] as string, pod[1]) : place.replace(/^(node|host)\//, '')
}

/** Who answered: the last place the request was delivered to, else the last it reached. */
function answerer(hops: readonly PathHop[]): string | undefined {
  const request = hops.filter((hop) => hop.leg === 'request')
  return (request.findLast((hop) => hop.outcome === 'delivered') ?? request.at(-1))?.place
}

/** Index of the last hop where the packet was really seen. */
const lastSeen = (hops: readonly PathHop[]): number | undefined => {
  const index = hops.findLastIndex((hop) => hop.outcome !== 'not-reached')
  return index < 0 ? undefined : index
}

export function verdictHeading({ verdict, hops }: PathResult, texts: Texts): string {
  const index = verdict.hop ?? (verdict.state === 'unknown' ? lastSeen(hops) : undefined)
  const place = verdict.place ?? (verdict.state === 'delivered' ? answerer(hops) : index === undefined ? undefined : hops[index]?.place)
  return texts.path.headings[verdict.state]({
    place: place && placeText(place, texts),
    hop: index === undefined ? undefined : index + 1,
    of: hops.length,
  })
}

/** Icon and tone of a verdict. */
export function verdictIcon(state: PathResult['verdict']['state']): { icon: IconName; tone: 'pass' | 'fail' | 'drop' | 'pend' } {
  switch (state) {
    case 'delivered':
      return { icon: 'pass', tone: 'pass' }
    case 'unknown':
      return { icon: 'pend', tone: 'pend' }
    case 'rejected':
    case 'refused':
    case 'bad-reply':
    case 'unresolved':
      return { icon: 'fail', tone: 'fail' }
    default:
      return { icon: 'drop', tone: 'drop' }
  }
}

/** Icon and tone of what happened at one hop. */
export function outcomeIcon(outcome: PathHop['outcome']): { icon: IconName; tone: 'pass' | 'fail' | 'drop' | 'pend' } {
  switch (outcome) {
    case 'dropped':
    case 'stuck':
      return { icon: 'drop', tone: 'drop' }
    case 'rejected':
    case 'refused':
      return { icon: 'fail', tone: 'fail' }
    case 'not-reached':
      return { icon: 'skip', tone: 'pend' }
    default:
      return { icon: 'pass', tone: 'pass' }
  }
}

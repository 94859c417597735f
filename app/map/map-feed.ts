// The map of one lab as a page follows it: the last one, what it carries, what changed a moment ago. A plain store; use-map.ts gives it to components.
import type { ErrorBody } from '../../labs/spec/errors.ts'
import type { MapPlace, MapTraffic, NetworkMap } from '../../labs/spec/map.ts'
import { type MapChange, mapChanges } from '../../labs/spec/map-changes.ts'
import type { LabConnection } from '../lab/lab-connection.ts'

export interface RecentChange extends MapChange {
  /** when this page heard of it, epoch ms */
  at: number
}

export interface MapView {
  map?: NetworkMap
  traffic?: MapTraffic
  /** places that went a moment ago, as they were */
  gone: readonly MapPlace[]
  /** of the last seconds, oldest first */
  recent: readonly RecentChange[]
  /** when the lab last said something, epoch ms */
  heardAt?: number
  refused?: ErrorBody
}

/** How long a change stays marked. */
export const markedMs = 5000
/** A reset changes nearly everything: then nothing stands out. */
const mostMarked = 24

const nothing: MapView = { gone: [], recent: [] }

export class MapFeed {
  readonly #connection: Pick<LabConnection, 'watchMap'>
  readonly #now: () => number
  readonly #listeners = new Set<() => void>()
  #view: MapView = nothing
  #labId: string | undefined
  #unmark: ReturnType<typeof setTimeout> | undefined

  constructor(connection: Pick<LabConnection, 'watchMap'>, now: () => number = Date.now) {
    this.#connection = connection
    this.#now = now
  }

  get view(): MapView {
    return this.#view
  }
  static readonly emptyView = nothing

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Follows a lab until the returned function is called; what was seen of it stays. */
  follow(labId: string): () => void {
    if (labId !== this.#labId) this.#view = nothing
    this.#labId = labId
    this.#set({ refused: undefined })
    const stop = this.#connection.watchMap(labId, {
      onMap: (map) => this.#mapArrived(map),
      onTraffic: (traffic) => this.#set({ traffic, heardAt: this.#now() }),
      onRefused: (refused) => this.#set({ refused }),
    })
    return () => {
      stop()
      clearTimeout(this.#unmark)
      this.#set({ traffic: undefined, gone: [], recent: [] })
    }
  }

  #mapArrived(map: NetworkMap): void {
    const at = this.#now()
    const before = this.#view.map
    // a lab that begins or is made anew has no places for a moment: that is no change
    const changes = before && before.places.length > 0 && map.places.length > 0 ? mapChanges(before, map) : []
    const marked = changes.length <= mostMarked
    const gone = marked ? (before?.places ?? []).filter(({ place }) => !map.places.some((other) => other.place === place)) : []
    this.#set({
      map,
      refused: undefined,
      heardAt: at,
      recent: marked ? [...this.#view.recent, ...changes.map((change) => ({ ...change, at }))] : [],
      gone: [...this.#view.gone.filter(({ place }) => !map.places.some((other) => other.place === place)), ...gone],
    })
    if (changes.length > 0) this.#unmarkLater()
  }

  /** One timer for all: marks go when they are old. */
  #unmarkLater(): void {
    clearTimeout(this.#unmark)
    this.#unmark = setTimeout(() => {
      const recent = this.#view.recent.filter(({ at }) => this.#now() - at < markedMs)
      const gone = this.#view.gone.filter(({ place }) => recent.some((change) => change.what === 'place' && change.place === place))
      this.#set({ recent, gone })
      if (recent.length > 0) this.#unmarkLater()
    }, markedMs)
  }

  #set(change: { [K in keyof MapView]?: MapView[K] | undefined }): void {
    this.#view = { ...this.#view, ...change } as MapView
    for (const listener of this.#listeners) listener()
  }
}

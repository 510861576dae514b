const INTEGERS_PER_NODE = 8;
const BYTES_PER_NODE = 2;
/** Larger ones are not kept for the next page: they would be memory that hardly any page needs. */
const MOST_NODES_KEPT = 1 << 14;

/** What a builder writes down of each node, as arrays of the same length in one buffer. */
export interface NodeColumns {
  readonly nameIds: Int32Array;
  readonly parents: Int32Array;
  readonly firstChildren: Int32Array;
  readonly lastChildren: Int32Array;
  readonly nextSiblings: Int32Array;
  readonly previousSiblings: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly kinds: Uint8Array;
  readonly namespaceIds: Uint8Array;
}

let spare: NodeColumns | undefined;

/** Columns of zeros with room for at least `capacity` nodes; those that were given back, if they have it. */
export function takeColumns(capacity: number): NodeColumns {
  const columns = spare;
  if (columns === undefined || columns.kinds.length < capacity) return createColumns(capacity);
  spare = undefined;
  return columns;
}

/**
 * A copy of the first `size` nodes, with no room for more. The columns are given back: whoever had
 * them must not use them any more.
 *
 * How many nodes a page has is not known before it is read, and a guess that mostly suffices is about
 * twice what is needed. The copy takes less time than to get that much fresh memory for every page.
 */
export function cutColumns(columns: NodeColumns, size: number): NodeColumns {
  if (columns.kinds.length > MOST_NODES_KEPT) return columns;
  const cut = createColumns(size);
  for (const name of Object.keys(columns) as (keyof NodeColumns)[]) {
    const column = columns[name];
    cut[name].set(column.subarray(0, size));
    column.fill(0, 0, size);
  }
  spare = columns;
  return cut;
}

function createColumns(capacity: number): NodeColumns {
  const length = (capacity + 3) & ~3;
  // One buffer for all: most pages are small, and making buffers takes time.
  const buffer = new ArrayBuffer(length * (4 * INTEGERS_PER_NODE + BYTES_PER_NODE));
  const integers = (column: number) => new Int32Array(buffer, 4 * length * column, length);
  const bytes = 4 * length * INTEGERS_PER_NODE;
  return {
    nameIds: integers(0),
    parents: integers(1),
    firstChildren: integers(2),
    lastChildren: integers(3),
    nextSiblings: integers(4),
    previousSiblings: integers(5),
    starts: integers(6),
    ends: integers(7),
    kinds: new Uint8Array(buffer, bytes, length),
    namespaceIds: new Uint8Array(buffer, bytes + length, length),
  };
}

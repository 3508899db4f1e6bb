/** Paths of a project as texts: `/` between folders, the top is "". */

/** The folder of a place. */
export function folderOf(place: string): string {
  const slash = place.lastIndexOf("/");
  return slash < 0 ? "" : place.slice(0, slash);
}

/** Folders from the nearest to the top, the top included. */
export function* foldersAbove(place: string): Generator<string> {
  for (let folder = folderOf(place); ; folder = folderOf(folder)) {
    yield folder;
    if (folder === "") return;
  }
}

/** `folder` and what stands below it, `.` and `..` worked out; undefined where that leads out of the project. */
export function joined(folder: string, rest: string): string | undefined {
  const parts = folder === "" ? [] : folder.split("/");
  for (const part of rest.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  return parts.join("/");
}

/** Whether the file at a place is read for how it lets modules be named. */
export function isManifest(place: string): boolean {
  return /(^|\/)(package|[jt]sconfig)\.json$/.test(place);
}

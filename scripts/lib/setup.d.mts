export declare const ROOT: string;
export declare const SERVER_FLAGS: readonly string[];
export declare function fail(message: string): never;
export declare function runtime(): string;
export declare function ensureInstalled(): void;
export declare function ensureInstalledOnce(): void;
export declare function ensureConsole(): void;

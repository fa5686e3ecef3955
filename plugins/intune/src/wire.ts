/**
 * What Graph sends and takes, as far as we use it. Names and values are Microsoft's (v1.0 metadata of 2026-08-20).
 */

export interface Win32LobApp {
  readonly '@odata.type': '#microsoft.graph.win32LobApp';
  readonly displayName: string;
  readonly description: string;
  readonly publisher: string;
  readonly notes: string;
  readonly fileName: string;
  readonly setupFilePath: string;
  readonly installCommandLine: string;
  readonly uninstallCommandLine: string;
  readonly applicableArchitectures: string;
  readonly minimumSupportedWindowsRelease: string;
  readonly installExperience: { readonly runAsAccount: 'system' | 'user'; readonly deviceRestartBehavior: string };
  readonly rules: readonly Readonly<Record<string, unknown>>[];
  readonly returnCodes: readonly { readonly returnCode: number; readonly type: string }[];
}

export type PublishingState = 'notPublished' | 'processing' | 'published';

/** The fields that the list of apps can select; those of one app alone are optional. */
export interface MobileApp {
  readonly '@odata.type'?: string;
  readonly id: string;
  readonly displayName: string | null;
  readonly notes: string | null;
  readonly publishingState: PublishingState;
  readonly createdDateTime: string;
  readonly committedContentVersion?: string | null;
}

export type InstallIntent = 'available' | 'required' | 'uninstall' | 'availableWithoutEnrollment';

export interface AssignmentTarget {
  readonly '@odata.type': string;
  readonly groupId?: string | null;
  readonly [further: string]: unknown;
}

export interface MobileAppAssignment {
  readonly '@odata.type'?: string;
  readonly id?: string;
  readonly intent: InstallIntent;
  readonly target: AssignmentTarget;
  readonly settings?: unknown;
}

export interface ContentFile {
  readonly id: string;
  readonly uploadState: string;
  readonly isCommitted?: boolean;
  readonly azureStorageUri?: string | null;
}

/** All binary values are standard base64. */
export interface FileEncryptionInfo {
  readonly encryptionKey: string;
  readonly macKey: string;
  readonly initializationVector: string;
  readonly mac: string;
  readonly profileIdentifier: 'ProfileVersion1';
  readonly fileDigest: string;
  readonly fileDigestAlgorithm: 'SHA256';
}

export interface ExportJob {
  readonly id: string;
  readonly status: 'unknown' | 'notStarted' | 'inProgress' | 'completed' | 'failed';
  readonly url?: string | null;
}

/** A directory device; `deviceId` is its Entra device id, the same as a managed device's `azureADDeviceId`. */
export interface EntraDevice {
  readonly id: string;
  readonly deviceId?: string | null;
}

export interface ManagedDevice {
  readonly id: string;
  readonly azureADDeviceId?: string | null;
  readonly deviceName?: string | null;
  readonly operatingSystem?: string | null;
  readonly osVersion?: string | null;
  readonly lastSyncDateTime?: string | null;
}

export interface Page<T> {
  readonly value: readonly T[];
  readonly '@odata.nextLink'?: string;
}

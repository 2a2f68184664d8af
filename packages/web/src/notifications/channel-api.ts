import { queryOptions } from '@tanstack/react-query';
import { queryKeys } from '../api/query-keys.ts';
import { request, requestLines } from '../api/request.ts';
import type {
  Channel,
  ChannelType,
  Delivery,
  DeliveryState,
  NoticeEvent,
  OptionsInput,
  Page,
} from '../api/resources.ts';
import type { TestRequest } from '../connection-test/use-connection-test.ts';
import type { ChannelSettings } from './channel-settings.ts';

/** All channels; there are a few of them. */
export const channelsQuery = queryOptions({
  queryKey: queryKeys.list('channels', { sort: 'name', limit: 200 }),
  queryFn: ({ signal }) => request<Page<Channel>>('/channels', { query: { sort: 'name', limit: 200 }, signal }),
});

export const channelTypesQuery = queryOptions({
  queryKey: queryKeys.list('channel-types', {}),
  queryFn: ({ signal }) => request<{ items: ChannelType[] }>('/channel-types', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const noticeEventsQuery = queryOptions({
  queryKey: queryKeys.list('channel-events', {}),
  queryFn: ({ signal }) => request<{ items: NoticeEvent[] }>('/channel-events', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const DELIVERIES_AT_ONCE = 50;

export function deliveriesQuery(id: string, state: DeliveryState | undefined, cursor: string | undefined) {
  return queryOptions({
    queryKey: queryKeys.list('channel-deliveries', { id, state, cursor }),
    queryFn: ({ signal }) =>
      request<Page<Delivery>>(`/channels/${id}/deliveries`, {
        query: { limit: DELIVERIES_AT_ONCE, ...(state && { state }), ...(cursor && { cursor }) },
        signal,
      }),
  });
}

export interface ChannelInput extends ChannelSettings {
  name: string;
  options: OptionsInput;
}

export function createChannel(input: ChannelInput & { type: string }, idempotencyKey: string): Promise<Channel> {
  return request('/channels', { method: 'POST', body: input, idempotencyKey });
}

export function updateChannel(id: string, revision: number, input: Partial<ChannelInput>): Promise<Channel> {
  return request(`/channels/${id}`, { method: 'PATCH', body: input, ifMatch: revision });
}

export function deleteChannel(channel: Channel): Promise<void> {
  return request(`/channels/${channel.id}`, { method: 'DELETE', ifMatch: channel.revision });
}

/** What is to be tested: a channel as it is saved, or what a form holds (with `channelId`, blank secrets are the saved ones). */
export type TestSubject =
  | { kind: 'saved'; id: string }
  | { kind: 'form'; type: string; options: OptionsInput; name: string; language: string; channelId?: string };

/** The request that tests it, one line for each step. */
export function testChannel(subject: TestSubject): TestRequest {
  return (onLine, signal) => {
    if (subject.kind === 'saved')
      return requestLines(`/channels/${subject.id}/test`, { method: 'POST', body: {}, signal }, onLine);
    const { kind: _, ...body } = subject;
    return requestLines('/channels/test', { method: 'POST', body, signal }, onLine);
  };
}

/** Whether somebody of staff has chats. Those who are only an admin, author or auditor have none. @param {{role?: string|null}} me */
export const takesChats = ({ role }) => role === 'agent' || role === 'supervisor';

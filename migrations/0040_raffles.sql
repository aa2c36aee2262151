-- Raffles: tickets, and draws that anybody can check.
SELECT;

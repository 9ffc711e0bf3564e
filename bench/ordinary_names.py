"""First and last names as censuses count them, of mixed origin: people who are on no list."""

FIRST = """
Aaliyah Aaron Abigail Adam Adriana Agnieszka Ahmet Aiko Aisha Akira Alan Albert Alejandra Alessia
Alexander Alice Alicia Amanda Amara Amelia Amit Ana Andrea Andrew Angela Anita Anna Anthony Antonio
Arjun Arthur Asha Astrid Ava Ayse Barbara Beatriz Benjamin Bianca Bjorn Brandon Brenda Brian Bruno
Camila Carlos Carmen Carol Caroline Catherine Charles Charlotte Chen Chiara Chloe Christine
Christopher Claire Clara Claudia Cynthia Daniel Daniela David Deborah Debra Dennis Diana Diego
Dimitri Donald Donna Dorothy Douglas Edward Eileen Elena Elias Elif Elizabeth Ella Emil Emily Emma
Eric Erik Esther Ethan Eva Evelyn Fatima Felix Fernando Fiona Florian Frances Francesca Frank Freya
Gabriel Gary George Gerald Giovanni Giulia Gloria Grace Gregory Hana Hannah Harold Harry Hassan
Heather Heidi Helen Henry Hiroshi Hugo Ian Ibrahim Ines Ingrid Irene Isaac Isabella Ivan Jack
Jacob Jacqueline James Jan Jane Janet Jason Javier Jean Jeffrey Jennifer Jeremy Jerry Jessica Jin
Joan Johan John Jonas Jonathan Jordan Jorge Jose Joseph Joshua Joyce Juan Judith Julia Julie Julian
Justin Kaito Karen Karl Katarzyna Katherine Kathleen Keith Kelly Kenji Kenneth Kevin Kim Klaus
Kofi Kyle Lars Laura Lauren Lawrence Leila Leo Li Liam Linda Lisa Lorenzo Louis Lucas Lucia Luis
Magdalena Manuel Marco Margaret Maria Marie Mario Mark Marta Martha Martin Mary Mateo Matthew Maya
Megan Mehmet Mei Melissa Mia Michael Michelle Miguel Mina Mohammed Monica Nadia Nancy Naomi Natalia
Nathan Nicholas Nicole Nikolai Nina Noah Noor Olga Olivia Omar Oscar Pablo Pamela Patricia Patrick
Paul Paula Pavel Pedro Peter Philip Pierre Priya Rachel Rafael Rahul Ralph Ramon Raymond Rebecca
Renata Richard Robert Roberto Roger Ronald Rosa Roy Russell Ruth Ryan Samantha Samuel Sandra Sanjay
Sara Sarah Scott Sean Sebastian Sergei Sharon Shirley Simon Sofia Sophie Stefan Stella Stephanie
Stephen Steven Susan Sven Svetlana Takashi Teresa Theresa Thomas Tim Timothy Tomas Tyler Valentina
Vanessa Vera Victor Victoria Vincent Virginia Walter Wayne Wei William Willie Xin Yuki Yusuf Zoe
"""
LAST = """
Adams Agarwal Aguilar Alexander Allen Almeida Alvarez Andersen Anderson Andersson Bailey Baker
Barnes Bauer Becker Bell Bennett Berg Bernard Bianchi Brooks Brown Bryant Butler Campbell Carlson
Carter Castillo Chan Chavez Chen Cho Choi Clark Coleman Collins Colombo Cook Cooper Costa Cox Cruz
Da Silva Davis Dekker Delgado Demir Diaz Dubois Dupont Edwards Eriksson Evans Fernandez Ferrari
Fischer Fisher Flores Ford Foster Fournier Garcia Gibson Gomez Gonzales Gonzalez Graham Gray Green
Griffin Gupta Gutierrez Hall Hamilton Hansen Harris Harrison Hartmann Hayes Henderson Henry
Hernandez Hill Hoffmann Horvat Howard Hughes Hunter Ito Ivanova Jackson Jakobsen James Jansen
Jenkins Jensen Jimenez Johansson Johnson Jones Jordan Jovanovic Kaiser Kang Kaplan Karlsson Kato
Kaya Kelly Kennedy Khan Kim King Klein Kobayashi Kowalski Kruger Kumar Lambert Larsen Laurent Lee
Lefebvre Leroy Lewis Lim Lin Lindberg Liu Long Lopez Marino Marshall Martin Martinez Mason Mazur
McDonald Medina Mehta Meier Mendez Mendoza Meyer Miller Mitchell Molina Moore Morales Moreau Moreno
Morgan Morris Moser Muller Murphy Murray Myers Nakamura Nelson Nguyen Nielsen Nowak Novak O'Brien
O'Connor Oliveira Olsen Olson Ortiz Osei Owens Ozturk Papadopoulos Park Parker Patel Patterson
Pereira Perez Perry Petersen Peterson Petrov Phillips Popescu Powell Price Ramirez Ramos Reed Reyes
Reynolds Ricci Richard Richardson Rivera Roberts Robinson Rodriguez Rogers Romano Rosenberg Ross
Rossi Roussel Ruiz Russell Russo Ryan Sahin Sanchez Sanders Santos Sato Schmidt Schneider Schulz
Schwarz Scott Sharma Shaw Silva Simmons Simon Simpson Singh Smith Sokolov Sousa Stevens Stewart
Stone Sullivan Suzuki Svensson Takahashi Tanaka Tanner Taylor Thomas Thompson Torres Tran Tucker
Turner Vargas Vasquez Visser Wagner Walker Wallace Wang Ward Washington Watanabe Watson Weber Webb
Wells West White Williams Wilson Wojcik Wong Wood Woods Wright Wu Yamamoto Yang Yilmaz Young Zhang
Zimmermann
"""
